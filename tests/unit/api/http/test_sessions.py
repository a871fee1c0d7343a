"""Who is signed in, and ending that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def test_one_s_own_are_listed_and_ended(web: Web) -> None:
    here, there = web.sign_in(), web.sign_in()
    listed = web.ask("GET", "/api/v1/sessions", **here).json
    assert [one["user"] for one in listed["sessions"]] == ["tester", "tester"]
    (other,) = (one["id"] for one in listed["sessions"] if one["id"] != listed["current"])
    assert web.ask("DELETE", f"/api/v1/sessions/{other}", **here).status == 204
    assert web.ask("GET", "/api/v1/topology", **there).status == 401
    assert web.ask("GET", "/api/v1/topology", **here).status == 200
    assert web.ask("DELETE", f"/api/v1/sessions/{other}", **here).status == 404
    ended = web.records()[-2]
    assert (ended["event.action"], ended["promscope.for_session"]) == ("session-end", other)


def test_only_who_looks_after_users_sees_and_ends_those_of_others(web: Web) -> None:
    _, bobs = web.trust.sessions.open("bob", ("viewer",), "192.0.2.1")
    operator, admin = web.sign_in(), web.sign_in("admin")
    seen = web.ask("GET", "/api/v1/sessions", **operator).json["sessions"]
    assert bobs.session not in [one["id"] for one in seen]
    assert web.ask("DELETE", f"/api/v1/sessions/{bobs.session}", **operator).status == 404
    seen = web.ask("GET", "/api/v1/sessions", **admin).json["sessions"]
    assert bobs.session in [one["id"] for one in seen]
    assert web.ask("DELETE", f"/api/v1/sessions/{bobs.session}", **admin).status == 204


def test_the_local_viewer_sees_none(tmp_path: Path) -> None:
    with Web(tmp_path, local_viewer=True) as web:
        web.sign_in()
        assert web.ask("GET", "/api/v1/sessions").json == {"sessions": [], "current": ""}


def test_a_socket_ends_with_its_session(web: Web) -> None:
    headers = web.sign_in()
    url = f"ws://127.0.0.1:{web.port}/x/held"
    offered = [Subprotocol(one) for one in web.protocols(headers, "x")]
    with connect(
        url, additional_headers=headers, subprotocols=offered, proxy=None, open_timeout=30
    ) as socket:
        assert socket.recv(timeout=30) == "tester"
        (session,) = web.trust.sessions.all()
        web.trust.sessions.close(session.id)
        assert list(socket) == []
