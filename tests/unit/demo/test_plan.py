"""The plan of the shop: what it promises, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from demo.plan import HERE, load, project

ADDRESSES = {"published": ("172.30.0.1", 10188), "outside": ("203.0.113.10", 8443)}


def test_the_shop_is_big_enough_to_show_everything() -> None:
    plan = load()
    containers = plan.containers("shop")
    assert len(containers) >= 12
    assert len(plan.networks) >= 2
    assert {project("shop", one) for one in plan.services} == {"shop", "shop-monitoring"}
    assert {one.state for one in plan.services} == {"running", "paused", "exited"}
    assert {one.health for one in plan.services} == {"", "healthy", "unhealthy"}
    assert any(one.state == "exited" and one.exit for one in plan.services)
    assert any(one.is_redis for one in plan.services)


def test_the_pairs_are_of_every_kind() -> None:
    pairs = load().pairs
    assert {(one.protocol, one.life) for one in pairs} >= {("tcp", "long"), ("tcp", "short")}
    assert {one.through for one in pairs} == {None, "published", "outside"}
    assert {one.kind for one in pairs} >= {"http", "redis", "statsd", "stream", "shell"}
    assert {one.bytes_per_second for one in pairs} >= {50_000.0, 8_000.0}


def test_names_are_those_of_docker_compose() -> None:
    names = load().containers("other")
    assert {"other-frontend-1", "other-frontend-2", "other-monitoring-statsd-1"} <= names.keys()


def test_orders_name_the_peers_a_client_talks_to() -> None:
    plan = load()
    payment = next(one for one in plan.services if one.name == "payment")
    orders = json.loads(plan.orders(payment, ADDRESSES))
    assert [(one["host"], one["port"]) for one in orders["talks"]] == [("203.0.113.10", 8443)]
    assert orders["listens"] == [{"kind": "http", "port": 8080}]


def test_what_could_not_be_made_is_left_out_of_the_orders() -> None:
    plan = load()
    payment = next(one for one in plan.services if one.name == "payment")
    assert json.loads(plan.orders(payment, {}))["talks"] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("pairs.toml", 'client = "cart"', 'client = "nobody"', "no service 'nobody'"),
        ("pairs.toml", "port = 9000", "port = 9001", "ledger does not listen on 9001"),
        ("pairs.toml", 'client = "orders"', 'client = "visitor"', "visitor"),
        ("services.toml", '"back"]\nreplicas', "]\nreplicas", "share no network"),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_together_are_refused(
    tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    for name in ("services.toml", "pairs.toml"):
        text = (HERE / name).read_text()
        (tmp_path / name).write_text(text.replace(old, new) if name == file else text)
    with pytest.raises(ValueError, match=words):
        load(tmp_path)
