"""web-config.yml before the application: it limits, it refuses while it is broken, it mends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promscope_api.http.gated import Gated, usable_here
from promscope_wire.web.gate import Gate

HEADERS = "http_server_config: {headers: {Strict-Transport-Security: max-age=1}}\n"


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-app", b"1")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def ask(gated: Gated, kind: str = "http") -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    extensions: dict[str, Any] = {"websocket.http.response": {}}
    await gated({"type": kind, "extensions": extensions}, receive, send)
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]


async def test_without_a_file_nothing_is_changed() -> None:
    assert await ask(Gated(app, Gate())) == (200, {b"x-app": b"1"}, b"ok")


async def test_the_headers_of_the_file_are_added(tmp_path: Path) -> None:
    file = tmp_path / "web.yml"
    file.write_text(HEADERS)
    _, headers, _ = await ask(Gated(app, Gate(str(file))))
    assert headers == {b"x-app": b"1", b"strict-transport-security": b"max-age=1"}


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_a_file_that_breaks_opens_nothing_until_it_is_mended(
    tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "web.yml"
    file.write_text(HEADERS)
    gated = Gated(app, Gate(str(file)))
    file.write_text("http_server_config: [\n")
    status, headers, body = await ask(gated, kind)
    assert status == 500
    assert headers[b"content-type"] == b"application/problem+json"
    assert json.loads(body)["detail"].startswith("The web configuration cannot be used")
    file.write_text(HEADERS)
    assert (await ask(gated))[0] == 200


async def test_the_rate_limit_of_the_file_counts(tmp_path: Path) -> None:
    file = tmp_path / "web.yml"
    file.write_text("rate_limit: {interval: 1h, burst: 1}\n")
    gated = Gated(app, Gate(str(file)))
    assert (await ask(gated))[0] == 200
    status, headers, _ = await ask(gated)
    assert (status, headers[b"retry-after"]) == (429, b"1")


def test_users_belong_to_the_api_itself(tmp_path: Path) -> None:
    file = tmp_path / "web.yml"
    file.write_text(HEADERS)
    assert usable_here(str(file)) == str(file)
    assert usable_here("") == ""
    file.write_text(f"basic_auth_users: {{name: {'$2b$10$' + 'a' * 53}}}\n")
    with pytest.raises(ValueError, match="promscope users add"):
        usable_here(str(file))
