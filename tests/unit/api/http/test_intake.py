"""Bodies are whole before a thread takes them, or refused."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from promscope_api.http import intake
from promscope_api.http.body import MAX_BYTES
from promscope_api.security.headers import HEADERS, SecurityHeaders

Message = dict[str, Any]
POST = [(b"content-length", b"4")]
CHUNKED = [(b"transfer-encoding", b"chunked")]


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def play(headers: list[tuple[bytes, bytes]], *sent: Message) -> tuple[list[Any], list[Any]]:
    """What the application received and what the client got; a client says no more than `sent`."""
    waiting, received, got = list(sent), [], []

    async def receive() -> Message:
        return waiting.pop(0) if waiting else await asyncio.Future()

    async def send(message: Message) -> None:
        got.append(message)

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        received.append(await receive() if headers else "no body")

    whole = SecurityHeaders(intake.Intake(app))
    async with asyncio.timeout(60):
        await whole({"type": "http", "headers": headers}, receive, send)
    return received, got


@pytest.mark.parametrize("headers", [POST, CHUNKED])
async def test_body_is_handed_over_whole(headers: Any) -> None:
    received, got = await play(headers, part(b"{}", more=True), part(b"  "))
    assert (received, got) == ([part(b"{}  ")], [])


async def test_request_without_a_body_goes_straight_through() -> None:
    assert await play([]) == (["no body"], [])
    assert (await play([(b"content-length", b"0")], part(b"")))[0] == [part(b"")]


@pytest.mark.parametrize("sent", [[], [part(b"{", more=True)]])
async def test_body_that_does_not_come_is_408(
    monkeypatch: pytest.MonkeyPatch, sent: list[Message]
) -> None:
    monkeypatch.setattr(intake, "BODY_SECONDS", 0.01)
    check(*await play(POST, *sent), 408)


async def test_body_that_does_not_end_is_413() -> None:
    check(*await play(CHUNKED, *[part(b" " * MAX_BYTES, more=True)] * 2), 413)


async def test_client_that_went_away_is_not_answered() -> None:
    assert await play(POST, {"type": "http.disconnect"}) == ([], [])


def check(received: list[Any], got: list[Any], status: int) -> None:
    start, body = got
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert (received, start["status"], json.loads(body["body"])["status"]) == ([], status, status)
    assert headers["content-type"] == "application/problem+json"
    assert {name.lower() for name in HEADERS} <= set(headers)
