"""May this user do this, and why?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.operator import main
from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        web.trust.users.add("ada", "correct horse battery", ("viewer",))
        web.trust.users.add("bob", "correct horse battery", ("operator",))
        yield web


def test_who_looks_after_users_asks_about_everybody(web: Web) -> None:
    admin = web.sign_in("admin")
    path = "/api/v1/rbac?user=ada&action=restart&node=container:0123456789ab"
    assert web.ask("GET", path, **admin).json == {
        "user": "ada",
        "roles": ["viewer"],
        "action": "restart",
        "permission": "lifecycle",
        "node": "container:0123456789ab",
        "allowed": False,
        "reason": "your role (viewer) does not include lifecycle",
    }
    allowed = web.ask("GET", "/api/v1/rbac?user=ada&action=view", **admin).json
    assert (allowed["allowed"], allowed["reason"]) == (True, "granted by the role viewer")


def test_a_permitted_action_still_needs_its_probe(web: Web) -> None:
    path = "/api/v1/rbac?user=bob&action=restart&node=container:0123456789ab"
    answer = web.ask("GET", path, **web.sign_in("admin")).json
    assert not answer["allowed"]
    assert "no probe of this container's host has a tunnel" in answer["reason"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("user=tester&action=view", 200),
        ("user=ada&action=view", 403),
        ("user=nobody&action=view", 403),
        ("user=tester", 400),
        ("action=view", 400),
        (f"user=tester&action={'x' * 2000}", 400),
    ],
)
def test_everybody_else_about_themselves(web: Web, query: str, status: int) -> None:
    assert web.ask("GET", f"/api/v1/rbac?{query}", **web.sign_in("viewer")).status == status


def test_a_user_there_is_not(web: Web) -> None:
    reply = web.ask("GET", "/api/v1/rbac?user=nobody&action=view", **web.sign_in("admin"))
    assert reply.status == 404


def test_the_command_asks_the_running_api(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--storage.path", str(web.folder / "storage"), "--api.url", web.url]
    assert main(["rbac", "explain", "ada", "view", "", *place]) == 0
    assert "allowed: granted by the role viewer" in capsys.readouterr().out
    assert main(["rbac", "explain", "ada", "remove", "container:0123456789ab", *place]) == 1
    shown = capsys.readouterr().out
    assert "denied: your role (viewer) does not include lifecycle" in shown
    assert "roles of ada: viewer" in shown
    assert main(["rbac", "explain", "nobody", "view", "", *place]) == 1
    assert "does it know nobody" in capsys.readouterr().err
    assert web.trust.tokens.all() == []
