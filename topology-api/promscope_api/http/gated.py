"""What stands before every request of the API's port: web-config.yml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from promscope_api.security.guard import Receive, Send, refuse_socket
from promscope_api.security.headers import App
from promscope_api.security.refusal import CONTENT_TYPE, Refused
from promscope_api.security.request import Scope
from promscope_wire.web.config import load
from promscope_wire.web.gate import Gate, usable

_STARTS = frozenset(("http.response.start", "websocket.http.response.start"))


def usable_here(path: str) -> str:
    """The path itself if the API can use its file (or there is none). Raises ValueError."""
    if usable(path) and load(Path(path)).users:
        raise ValueError(
            f"{path}: basic_auth_users are for exporters; the API has users of its own"
            " (`promscope users add`), so take them out"
        )
    return path


class Gated:
    """Wraps the whole application: the rate limit and the headers of the file, and 500 for
    everything while it cannot be used."""

    def __init__(self, app: App, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: dict[str, Any]) -> None:
            if message["type"] in _STARTS and self._gate.headers:
                more = [
                    (name.lower().encode(), value.encode())
                    for name, value in self._gate.headers.items()
                ]
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        refusal = await self._gate.admit()
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
            return
        refused = Refused(
            refusal.status,
            "web-config",
            f"{refusal.message.capitalize()}.",
            title="Too many requests" if refusal.status == 429 else "Wrongly configured",
            retry_after=1 if refusal.status == 429 else None,
        )
        await refuse(scope, receive, send_with_headers, refused)


async def refuse(scope: Scope, receive: Receive, send: Send, refused: Refused) -> None:
    """Answer a request, or a handshake, before the application has seen it."""
    if scope["type"] == "websocket":
        await receive()
        await refuse_socket(scope, send, refused)
        return
    headers = {"Content-Type": CONTENT_TYPE, **refused.headers()}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": raw})
    body = json.dumps(refused.problem()).encode()
    await send({"type": "http.response.body", "body": body})
