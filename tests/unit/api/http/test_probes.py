"""Probes over REST: invited, listed and revoked by who looks after users, and recorded."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def test_a_probe_is_invited_listed_and_revoked(web: Web) -> None:
    headers = web.sign_in("admin")
    made = web.ask("POST", "/api/v1/probes/invitations", {"name": "web-1"}, **headers)
    assert made.status == 201
    token = made.json["token"]
    joined = web.trust.probes.admit(f"psp_{secrets.token_urlsafe(32)}", token, lambda _: None)
    assert joined is not None
    (listed,) = web.ask("GET", "/api/v1/probes", **headers).json
    assert (listed["id"], listed["name"], listed["host_id"]) == (joined.id, "web-1", "")
    path = f"/api/v1/probes/{joined.id}"
    assert web.ask("DELETE", path, **headers).status == 204
    assert web.ask("DELETE", path, **headers).status == 404
    assert web.ask("GET", "/api/v1/probes", **headers).json == []
    told = [record["event.action"] for record in web.records()]
    assert told == ["session-open", "probe-invite", "probe-revoke"]
    assert token not in str(web.records())


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "a", "expires_seconds": 0}])
def test_what_is_no_invitation_is_refused(web: Web, body: dict[str, object]) -> None:
    headers = web.sign_in("admin")
    assert web.ask("POST", "/api/v1/probes/invitations", body, **headers).status == 400


def test_an_operator_does_none_of_it(web: Web) -> None:
    headers = web.sign_in("operator")
    assert web.ask("GET", "/api/v1/probes", **headers).status == 403
    invite = web.ask("POST", "/api/v1/probes/invitations", {"name": "web-1"}, **headers)
    assert invite.status == 403
    assert web.ask("DELETE", "/api/v1/probes/x", **headers).status == 403
