"""The gate: deny by default, on routes and on sockets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


@pytest.fixture
def open_web(tmp_path: Path) -> Iterator[Web]:
    """With --auth.local-viewer."""
    with Web(tmp_path, local_viewer=True) as web:
        yield web


def socket(web: Web, protocols: Sequence[str] = (), **headers: str) -> str:
    """What the socket says first, or the status it was refused with."""
    sent = {name.replace("_", "-"): value for name, value in headers.items() if name != "host"}
    url = f"ws://127.0.0.1:{web.port}/api/v1/topology/containers/ws"
    with contextlib.ExitStack() as stack:
        try:
            opened = connect(
                url,
                additional_headers=sent,
                subprotocols=[Subprotocol(one) for one in protocols] or None,
                proxy=None,
                open_timeout=30,
            )
        except InvalidStatus as error:
            return str(error.response.status_code)
        stack.enter_context(opened)
        return str(opened.recv())


def test_nobody_sees_anything_but_health_the_page_and_who_they_are(web: Web) -> None:
    assert web.ask("GET", "/-/healthy").status == 200
    assert web.ask("GET", "/").status == 200
    assert web.ask("GET", "/api/v1/session").json["user"] is None
    reply = web.ask("GET", "/api/v1/topology")
    assert (reply.status, reply.headers["content-type"]) == (401, "application/problem+json")
    assert reply.json["detail"] == "You are not signed in."
    assert web.ask("GET", "/no/such/route").status == 401
    assert socket(web) == "401"


def test_health_is_told_under_any_name(web: Web) -> None:
    assert web.ask("GET", "/-/healthy", host="promscope.svc").status == 200
    assert web.ask("GET", "/", host="promscope.svc").status == 403


def test_a_signed_in_page_is_served(web: Web) -> None:
    headers = web.sign_in("viewer")
    assert web.ask("GET", "/api/v1/topology", cookie=headers["cookie"]).status == 200
    assert socket(web, **headers) == "403"
    assert web.records()[-1]["promscope.problem"] == "no-ticket"
    assert socket(web, web.protocols(headers), **headers) == "tester"


def test_the_local_viewer_watches_without_signing_in(open_web: Web) -> None:
    assert open_web.ask("GET", "/api/v1/topology").status == 200
    assert socket(open_web) == "anonymous"
    assert open_web.ask("GET", "/api/v1/session").json == {
        "user": None,
        "permissions": ["view", "processes"],
        "local_viewer": True,
        "oidc": False,
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"x_forwarded_for": "127.0.0.1"},
        {"forwarded": "for=192.0.2.1"},
        {"host": "192.0.2.1:10181"},
    ],
)
def test_through_a_proxy_nobody_is_local(open_web: Web, headers: dict[str, str]) -> None:
    assert open_web.ask("GET", "/api/v1/topology", **headers).status == 401


@pytest.mark.parametrize("value", ["Bearer x", "Basic eDp5", "", "Bearer"])
def test_an_unknown_credential_is_not_ignored(open_web: Web, value: str) -> None:
    reply = open_web.ask("GET", "/api/v1/topology", authorization=value)
    assert reply.status == 401


def test_a_stale_cookie_is_as_good_as_none(web: Web) -> None:
    assert web.ask("GET", "/api/v1/topology", cookie="promscope_session=old").status == 401


def test_refusals_are_recorded_and_cannot_fill_the_disk(web: Web) -> None:
    for _ in range(40):
        web.ask("GET", "/api/v1/topology", user_agent="scanner")
    refused = [one for one in web.records() if one["event.action"] == "request-refused"]
    assert 1 <= len(refused) < 10
    assert refused[0]["user_agent.original"] == "scanner"
    assert refused[0]["event.type"] == ["denied"]
    assert refused[0]["url.path"] == "/api/v1/topology"
