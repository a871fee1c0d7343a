"""The body of a request, read whole in asyncio before one of the few REST threads takes it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from promscope_api.http.body import MAX_BYTES
from promscope_api.security.guard import Receive, Send
from promscope_api.security.headers import App
from promscope_api.security.refusal import CONTENT_TYPE, Refused
from promscope_api.security.request import Scope

BODY_SECONDS = 5.0


class Gone(Exception):
    """The client went away before its body was there."""


class Intake:
    """Wraps the REST application: no thread ever waits for a client that sends slowly."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _announces_body(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = await _read(receive)
        except Refused as refused:
            await _answer(send, refused)
        except Gone:
            return
        else:
            await self._app(scope, _replay(body, receive), send)


def _announces_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0"))
        for name, value in scope.get("headers", ())
    )


async def _read(receive: Receive) -> bytes:
    """The whole body. Raises Refused (413, 408) or Gone."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                body += message.get("body", b"")
                if len(body) > MAX_BYTES:
                    raise Refused(
                        413,
                        "too-large",
                        f"A body has at most {MAX_BYTES} bytes.",
                        title="Too large",
                    )
                more = message.get("more_body", False)
    except TimeoutError:
        detail = f"The body was not here within {BODY_SECONDS:.0f} s: send it again."
        raise Refused(408, "too-slow", detail, title="Too slow") from None
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> dict[str, Any]:
        return messages.pop() if messages else await receive()

    return replayed


async def _answer(send: Send, refused: Refused) -> None:
    body = json.dumps(refused.problem()).encode()
    headers = {
        "content-type": CONTENT_TYPE,
        "content-length": str(len(body)),
        "connection": "close",
        **refused.headers(),
    }
    await send(
        {
            "type": "http.response.start",
            "status": refused.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body})
