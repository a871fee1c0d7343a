"""Paths that mean one thing to everybody: no encoded slash, no dot segment.

`/topology%2fcontainers` is one segment to a proxy that decides who may ask for what, and two to
who decodes it first (RFC 3986, 2.2 and 3.3). No id and no name of a view has a slash (`ids`).
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from promscope_api.http.gated import refuse
from promscope_api.security.guard import Receive, Send
from promscope_api.security.headers import App
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Scope


class PlainPath:
    """Wraps the whole application: any other path is answered 400, on every transport."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_plain(bytes(scope["raw_path"])):
            await self._app(scope, receive, send)
            return
        detail = (
            "The path has an encoded slash or a segment of dots alone: write it as it is meant."
            " In a node's id a slash is ~2f."
        )
        await refuse(scope, receive, send, Refused(400, "path", detail))


def is_plain(raw_path: bytes) -> bool:
    """Whether no segment of this path, as it came, has a slash or is a step of its own."""
    segments = map(unquote_to_bytes, raw_path.split(b"/"))
    return not any(one in (b".", b"..") or b"/" in one for one in segments)
