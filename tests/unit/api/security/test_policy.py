"""Deny by default, and say why."""

from __future__ import annotations

import re

import pytest

from promscope_api.security import policy
from promscope_api.security.policy import Rule
from promscope_api.security.principal import LOCAL_VIEWER, Principal
from promscope_api.security.selector import Selector
from promscope_wire.frames import CONTROL_GROUPS, LIFECYCLE_ACTIONS

POLICY = policy.Policy()
OPERATOR = Principal("ada", ("operator",), "session", "1")
VIEWER = Principal("bob", ("viewer",), "session", "2")


def test_an_operator_may_watch_and_act() -> None:
    assert POLICY.permissions(OPERATOR) == (
        "view", "processes", "lifecycle", "logs", "exec", "tokens",
    )  # fmt: skip
    assert POLICY.decide(OPERATOR, "lifecycle").allowed
    assert POLICY.decide(OPERATOR, "lifecycle").reason == "granted by the role operator"


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (None, "you are not signed in"),
        (LOCAL_VIEWER, "sign in first"),
        (VIEWER, r"your role \(viewer\) does not include lifecycle"),
        (Principal("eve", (), "session"), r"your role \(none\)"),
        (Principal("eve", ("root", "boss"), "session"), r"your role \(root, boss\)"),
    ],
)
def test_everyone_else_may_not_act_and_is_told_why(who: Principal | None, reason: str) -> None:
    decision = POLICY.decide(who, "lifecycle")
    assert not decision.allowed
    assert re.search(reason, decision.reason)


@pytest.mark.parametrize("permission", [None, "", "everything", "VIEW"])
def test_a_permission_that_does_not_exist_is_nobodys(permission: str | None) -> None:
    assert not POLICY.decide(OPERATOR, permission).allowed


def test_every_lifecycle_action_needs_its_group_and_no_other_action_exists() -> None:
    assert {policy.permission_of(action) for action in LIFECYCLE_ACTIONS} == {"lifecycle"}
    assert policy.permission_of("exec") == "exec"
    assert policy.permission_of("update") == "update"
    assert policy.permission_of("open") is None
    assert set(CONTROL_GROUPS) <= set(policy.PERMISSIONS)


def test_an_admin_may_do_everything() -> None:
    admin = Principal("root", ("admin",), "session", "3")
    assert POLICY.permissions(admin) == policy.PERMISSIONS


def test_a_scope_takes_away_and_never_gives() -> None:
    token = Principal("ada", ("operator",), "token", token="1", scopes=("view", "users"))
    assert POLICY.permissions(token) == ("view",)
    assert POLICY.decide(token, "view").allowed
    assert "scope of this API token" in POLICY.decide(token, "lifecycle").reason
    assert not POLICY.decide(token, "users").allowed


def test_nobody_has_no_permissions() -> None:
    assert POLICY.permissions(None) == ()


SHOP = Rule(frozenset(("lifecycle",)), Selector("team=shop"))


def test_a_role_of_one_s_own_may_be_of_some_nodes_only() -> None:
    mine = policy.Policy({"shop": (SHOP, Rule(frozenset(("view",))))})
    ada = Principal("ada", ("shop",), "session", "1")
    assert mine.permissions(ada) == ("view", "lifecycle")
    allowed = mine.decide(ada, "lifecycle", {"team": "shop"})
    assert (allowed.allowed, allowed.reason) == (True, "granted by the role shop where team=shop")
    denied = mine.decide(ada, "lifecycle", {"team": "bank"})
    assert (denied.allowed, denied.reason) == (
        False,
        "the role shop includes lifecycle only where team=shop",
    )
    assert not mine.decide(ada, "lifecycle").allowed
    assert mine.decide(Principal("bob", ("shop", "operator"), "session"), "lifecycle").allowed


def test_view_can_be_of_some_nodes_and_what_is_not_seen_is_not_touched() -> None:
    shop, web = Selector("team=shop"), Selector("tier=web,\n  team = shop")
    mine = policy.Policy(
        {
            "shopper": (Rule(frozenset(("view",)), shop), Rule(frozenset(("lifecycle",)))),
            "webber": (Rule(frozenset(("view",)), web),),
            "actor": (Rule(frozenset(("lifecycle",))),),
        }
    )
    eve = Principal("eve", ("shopper", "webber"), "session")
    assert mine.sight(eve) == "team=shop\ntier=web, team = shop"
    assert mine.sight(Principal("ada", ("shopper", "viewer"), "session")) == ""
    assert mine.sight(Principal("bob", ("actor",), "session")) is None
    assert mine.sight(Principal("tok", ("viewer",), "token", scopes=("logs",))) is None
    assert mine.sight(None) is None
    assert mine.decide(eve, "view", {"team": "shop"}).allowed
    assert not mine.decide(eve, "view", {"team": "bills"}).allowed
    assert mine.decide(eve, "lifecycle", {"team": "shop"}).allowed
    refused = mine.decide(eve, "lifecycle", {"team": "bills"})
    assert (refused.allowed, "shows only nodes where" in refused.reason) == (False, True)
    assert mine.decide(Principal("bob", ("actor",), "session"), "lifecycle").allowed
