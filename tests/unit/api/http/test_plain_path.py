"""A path is taken as it came, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from promscope_api.http.plain_path import PlainPath, is_plain


@pytest.mark.parametrize(
    "path",
    [
        b"/", b"/api/v1/topology/containers", b"/api/v1/nodes/container%3A0123456789ab",
        b"/api/v1/nodes/compose:h:a~2fb:c", b"/api/v1/topology/containers-by-label.app",
        b"/assets/index-..x.js", b"/api/v1/nodes/%252f", b"/...", b"/a%zz", b"//", b"/%00", b"",
    ],
)  # fmt: skip
def test_a_plain_path_is_taken(path: bytes) -> None:
    assert is_plain(path)


@pytest.mark.parametrize(
    "path",
    [
        b"/api/v1/topology%2fcontainers", b"/api/v1/topology%2Fcontainers", b"/%2f", b"/a/../b",
        b"/a/./b", b"/..", b"/.", b"/api/v1/nodes/%2e%2e", b"/api/v1/nodes/.%2E/logs",
        b"/api/v1/nodes/%2e/logs", b"/api/v1/nodes/container:..%2f..%2fadmin",
    ],
)  # fmt: skip
def test_s2_any_other_is_not(path: bytes) -> None:
    assert not is_plain(path)


async def ask(path: bytes, kind: str) -> list[dict[str, Any]]:
    """What is answered; the application answers with its scope's path."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "reached", "path": scope["raw_path"]})

    extensions: dict[str, Any] = {"websocket.http.response": {}}
    scope = {"type": kind, "raw_path": path, "extensions": extensions}
    await PlainPath(app)(scope, receive, send)
    return sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_s2_it_is_refused_on_every_transport(kind: str) -> None:
    start, body = await ask(b"/api/v1/topology%2fcontainers", kind)
    assert start["status"] == 400
    headers = {name.lower(): value for name, value in start["headers"]}
    assert headers[b"content-type"] == b"application/problem+json"
    problem = json.loads(body["body"])
    assert (problem["status"], problem["type"]) == (400, "urn:promscope:problem:path")
    assert "encoded slash" in problem["detail"]


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_the_application_gets_what_came(kind: str) -> None:
    assert await ask(b"/api/v1/topology", kind) == [
        {"type": "reached", "path": b"/api/v1/topology"}
    ]
