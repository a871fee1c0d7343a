"""The headers every HTTP response has, whoever answers: an ASGI middleware around everything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from promscope_api.security.guard import Receive, Send
from promscope_api.security.request import Scope

App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_NAMES = frozenset(name for name, _ in _RAW)
_STARTS = frozenset(("http.response.start", "websocket.http.response.start"))


class SecurityHeaders:
    """Wraps the whole application. What a response already says of one of HEADERS is replaced."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: dict[str, Any]) -> None:
            if message["type"] in _STARTS:
                others = [
                    pair for pair in message.get("headers", ()) if pair[0].lower() not in _NAMES
                ]
                message = {**message, "headers": [*others, *_RAW]}
            await send(message)

        await self._app(scope, receive, send_with_headers)
