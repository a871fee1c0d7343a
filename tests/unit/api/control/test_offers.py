"""The page's buttons, each with the reason why not."""

from __future__ import annotations

import msgspec
import pytest

from promscope_api.control.offers import BUTTONS, offers
from promscope_api.control.tunnels import ProbeStatus
from promscope_api.security.policy import Policy, Rule
from promscope_api.security.principal import LOCAL_VIEWER, Principal
from promscope_api.security.selector import Selector
from promscope_wire.frames import STREAM_KINDS
from tests.trust.probe import NODE, record

LIFECYCLE = tuple(one for one in BUTTONS if one != "update")
OPERATOR = Principal("ada", ("operator",), "session", "1")
PROBE = ProbeStatus(
    host_id="host-a",
    hostname="machine-a",
    peer="::1",
    version="1",
    epoch="e",
    sequence=1,
    control=("lifecycle",),
    connected=True,
    skew_seconds=0.0,
    containers=1,
)


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("created", {"start", "restart", "remove"}),
        ("running", {"stop", "pause", "restart"}),
        ("paused", {"stop", "unpause"}),
        ("restarting", {"stop", "restart"}),
        ("exited", {"start", "restart", "remove"}),
        ("dead", {"remove"}),
        ("removed", set()),
    ],
)
def test_what_its_state_allows(state: str, allowed: set[str]) -> None:
    made = offers(Policy(), {}, OPERATOR, NODE, record(state), PROBE)
    assert [offer.action for offer in made] == list(BUTTONS)
    assert {offer.action for offer in made if offer.allowed} == allowed
    assert all(bool(offer.reason) is not offer.allowed for offer in made)


def test_only_removing_asks_and_names_the_container() -> None:
    confirms = {
        offer.action: offer.confirm
        for offer in offers(Policy(), {}, OPERATOR, NODE, record(), PROBE)
    }
    assert confirms.pop("remove").startswith("Remove web?")
    assert set(confirms.values()) == {""}


@pytest.mark.parametrize(
    ("who", "change", "reason"),
    [
        (None, {}, "you are not signed in"),
        (LOCAL_VIEWER, {}, "sign in first"),
        (Principal("bob", ("viewer",), "session"), {}, "your role (viewer)"),
        (OPERATOR, {"control": ()}, "--control=lifecycle"),
        (OPERATOR, {"control": ("logs",)}, "--control=lifecycle"),
        (OPERATOR, {"connected": False}, "the probe of machine-a is offline"),
        (OPERATOR, {"duplicates": ("clone @ ::1",)}, "another live probe"),
    ],
)
def test_why_nothing_is_allowed(
    who: Principal | None, change: dict[str, object], reason: str
) -> None:
    probe = msgspec.structs.replace(PROBE, **change)
    for offer in offers(Policy(), {}, who, NODE, record(), probe, LIFECYCLE):
        assert not offer.allowed
        assert reason in offer.reason


def test_without_a_tunnel_it_is_scrape_only() -> None:
    made = offers(Policy(), {}, OPERATOR, NODE, None, None, LIFECYCLE)
    assert {offer.reason for offer in made} == {
        "scrape only: no probe of this container's host has a tunnel to this API"
    }


@pytest.mark.parametrize(
    ("role", "control", "state", "reason"),
    [
        ("admin", "update", "exited", ""),
        ("admin", "update", "dead", "the container is dead"),
        ("admin", "lifecycle", "running", "--control=update"),
        ("operator", "update", "running", "your role (operator)"),
    ],
)
def test_limits_are_a_permission_of_their_own(
    role: str, control: str, state: str, reason: str
) -> None:
    probe = msgspec.structs.replace(PROBE, control=(control,))
    who = Principal("ada", (role,), "session", "1")
    (offer,) = offers(Policy(), {}, who, NODE, record(state), probe, ("update",))
    assert offer.allowed is not bool(reason)
    assert reason in offer.reason


@pytest.mark.parametrize("node", ["host:host-a", "processes:host:a:sh", "external:192.0.2.1", ""])
def test_other_kinds_have_no_actions(node: str) -> None:
    assert offers(Policy(), {}, OPERATOR, node, None, PROBE) == []


def test_a_button_is_greyed_where_a_role_is_of_other_nodes() -> None:
    policy = Policy({"shop": (Rule(frozenset(("lifecycle",)), Selector("team=shop")),)})
    ada = Principal("ada", ("shop",), "session", "1")
    banks = offers(policy, {"team": "bank"}, ada, NODE, record(), PROBE, LIFECYCLE)
    (reason,) = {one.reason for one in banks}
    assert reason == "the role shop includes lifecycle only where team=shop"
    made = offers(policy, {"team": "shop"}, ada, NODE, record(), PROBE)
    assert {one.action for one in made if one.allowed} == {"stop", "pause", "restart"}


@pytest.mark.parametrize(
    ("state", "control", "labels", "reasons"),
    [
        ("running", ("logs", "exec"), {}, ["", ""]),
        ("exited", ("logs", "exec"), {}, ["", "the container is exited"]),
        ("running", ("logs",), {}, ["", "the probe of {} does not allow it (--control=exec)"]),
        (
            "running",
            ("logs", "exec"),
            {"promscope.logs": "false"},
            ["the container opted out by its label promscope.logs", ""],
        ),
    ],
)
def test_streams_are_offered_with_the_reason_why_not(
    state: str, control: tuple[str, ...], labels: dict[str, str], reasons: list[str]
) -> None:
    probe = msgspec.structs.replace(PROBE, control=control)
    found = offers(
        Policy(), {}, OPERATOR, NODE, record(state, labels=labels), probe, ("logs", "exec")
    )
    assert [one.action for one in found] == ["logs", "exec"]
    assert [one.reason for one in found] == [one.format(PROBE.hostname) for one in reasons]
    assert offers(Policy(), {}, OPERATOR, "host:host-a", None, probe, STREAM_KINDS) == []
    files = offers(Policy(), {}, OPERATOR, NODE, record(state), probe, ("files",))
    assert files[0].reason == "your role (operator) does not include files"
