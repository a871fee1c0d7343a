"""Every response carries the security headers, whoever made it."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.security.headers import CONTENT_SECURITY_POLICY, HEADERS, SecurityHeaders
from tests.trust.web import Web


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/-/healthy"),
        ("GET", "/api/v1/topology"),
        ("GET", "/no/such/page"),
        ("POST", "/api/v1/session"),
        ("BREW", "/"),
    ],
)
def test_responses_of_every_kind(tmp_path: Path, method: str, path: str) -> None:
    with Web(tmp_path) as web:
        reply = web.ask(method, path)
    for name, value in HEADERS.items():
        assert reply.headers[name.lower()] == value


async def test_what_a_response_says_itself_does_not_weaken_them() -> None:
    sent = []

    async def app(scope: object, receive: object, send: object) -> None:
        headers = [(b"Content-Security-Policy", b"default-src *"), (b"x-mine", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})  # type: ignore[operator]

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await SecurityHeaders(app)({"type": "http"}, None, send)  # type: ignore[arg-type]
    names = [name for name, _ in sent[0]["headers"]]  # type: ignore[attr-defined]
    assert names.count(b"content-security-policy") == 1
    assert b"x-mine" in names
    assert b"Content-Security-Policy" not in names


def test_scripts_and_styles_come_from_here_alone() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "script-src 'self'" in CONTENT_SECURITY_POLICY
    assert "style-src 'self'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
