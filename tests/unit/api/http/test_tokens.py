"""API tokens over REST: made by users, for no more than they may do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def make(web: Web, headers: dict[str, str], **body: Any) -> dict[str, Any]:
    reply = web.ask("POST", "/api/v1/tokens", {"name": "ci", **body}, **headers)
    assert reply.status == 201, reply
    made: dict[str, Any] = reply.json
    return made


def bearer(made: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {made['secret']}"}


def test_a_token_opens_what_its_scopes_say_and_nothing_else(web: Web) -> None:
    made = make(web, web.sign_in(), scopes=["view"])
    assert web.ask("GET", "/api/v1/topology", **bearer(made)).status == 200
    assert web.ask("GET", "/api/v1/session", **bearer(made)).json["permissions"] == ["view"]
    refused = web.ask("GET", "/api/v1/tokens", **bearer(made))
    assert (refused.status, refused.json["detail"]) == (
        403,
        "The scope of this API token does not include tokens.",
    )


def test_it_never_permits_more_than_its_maker_may_do(web: Web) -> None:
    headers = web.sign_in("viewer")
    refused = web.ask("POST", "/api/v1/tokens", {"name": "x", "scopes": ["lifecycle"]}, **headers)
    assert refused.status == 403
    assert "does not include lifecycle" in refused.json["detail"]


def test_a_token_makes_no_tokens(web: Web) -> None:
    made = make(web, web.sign_in())
    assert web.ask("POST", "/api/v1/tokens", {"name": "x"}, **bearer(made)).status == 403


def test_it_is_listed_without_its_secret_and_revoked(web: Web) -> None:
    headers = web.sign_in()
    made = make(web, headers)
    listed = web.ask("GET", "/api/v1/tokens", **headers)
    assert listed.json == [made["token"]]
    assert made["secret"] not in listed.body.decode()
    path = f"/api/v1/tokens/{made['token']['id']}"
    assert web.ask("DELETE", path, **headers).status == 204
    assert web.ask("GET", "/api/v1/topology", **bearer(made)).status == 401
    assert web.ask("DELETE", path, **headers).status == 404
    told = [one["event.action"] for one in web.records() if "token" in one["event.action"]]
    assert told == ["token-create", "token-revoke"]
    assert made["secret"] not in str(web.records())


def test_only_who_looks_after_users_sees_and_ends_those_of_others(web: Web) -> None:
    secret, token = web.trust.tokens.create("bobs", "bob", ("viewer",))
    operator, admin = web.sign_in(), web.sign_in("admin")
    assert web.ask("GET", "/api/v1/tokens", **operator).json == []
    assert web.ask("DELETE", f"/api/v1/tokens/{token.id}", **operator).status == 404
    assert [one["id"] for one in web.ask("GET", "/api/v1/tokens", **admin).json] == [token.id]
    assert web.ask("DELETE", f"/api/v1/tokens/{token.id}", **admin).status == 204
    assert web.trust.tokens.find(secret) is None


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x", "expires_seconds": 0}, {"name": "x", "roles": ["a"]}]
)
def test_a_bad_body_makes_none(web: Web, body: dict[str, Any]) -> None:
    headers = web.sign_in()
    assert web.ask("POST", "/api/v1/tokens", body, **headers).status == 400
    assert web.trust.tokens.all() == []


def test_a_socket_opened_with_a_token_ends_with_it(web: Web) -> None:
    secret, token = web.trust.tokens.create("watch", "ada", ("viewer",))
    url = f"ws://127.0.0.1:{web.port}/x/held"
    headers = {"Authorization": f"Bearer {secret}"}
    with connect(url, additional_headers=headers, proxy=None, open_timeout=30) as socket:
        assert socket.recv(timeout=30) == "ada"
        web.trust.tokens.revoke(token.id)
        assert list(socket) == []
