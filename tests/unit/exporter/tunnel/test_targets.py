"""Which containers this probe lets something be done to."""

from __future__ import annotations

import pytest

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources.clock import Clock
from promscope_exporter.tunnel.targets import Target, Targets
from promscope_wire.frames import ContainerRecord, Problem
from tests.trust.probe import NODE, record

ENGINE = "unix:///engine.sock"


def find(one: ContainerRecord, group: str = "logs", engine: str = ENGINE) -> Target | Problem:
    inventory = Inventory(Clock(), 15.0)
    inventory.update("start", one, engine)
    return Targets(("logs", "exec"), inventory, [ENGINE]).find(group, NODE)


def test_a_container_and_its_engine() -> None:
    assert find(record()) == Target(record(), ENGINE)


@pytest.mark.parametrize("group", ["logs", "exec"])
@pytest.mark.parametrize("word", ["false", "FALSE ", "no", "0"])
def test_d2_a_label_opts_out_of_one_group(group: str, word: str) -> None:
    one = record(labels={f"promscope.{group}": word})
    found = find(one, group)
    assert isinstance(found, Problem)
    assert (found.kind, found.detail) == (
        "vetoed", f"web opted out by its label promscope.{group}.",
    )  # fmt: skip
    other = "exec" if group == "logs" else "logs"
    assert isinstance(find(one, other), Target)


@pytest.mark.parametrize(
    ("one", "group", "engine", "kind"),
    [
        (record(), "lifecycle", ENGINE, "vetoed"),
        (record(labels={"promscope.enable": "false"}), "logs", ENGINE, "vetoed"),
        (record(), "logs", "unix:///other.sock", "vetoed"),
        (record(container_id="f" * 64), "logs", ENGINE, "not-found"),
        (record(container_id="0123456789ab/../.."), "logs", ENGINE, "invalid"),
    ],
)
def test_everything_else_is_refused(
    one: ContainerRecord, group: str, engine: str, kind: str
) -> None:
    found = find(one, group, engine)
    assert isinstance(found, Problem)
    assert found.kind == kind


def test_a_container_that_is_gone() -> None:
    inventory = Inventory(Clock(), 15.0)
    inventory.update("start", record(), ENGINE)
    inventory.remove("destroy", NODE)
    found = Targets(("logs",), inventory, [ENGINE]).find("logs", NODE)
    assert isinstance(found, Problem)
    assert found.kind == "gone"
