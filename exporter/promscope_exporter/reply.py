"""The answer to one request, sent as fast as the client takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

from promscope_exporter.request import Request

PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


class Reply:
    """`request` None: it could not be read. `extra`: headers of every answer. `seconds`: in
    which the client must have taken it; sending raises TimeoutError after them. `count` is told
    the status.
    """

    def __init__(
        self,
        writer: asyncio.StreamWriter,
        request: Request | None,
        extra: Mapping[str, str],
        seconds: float,
        count: Callable[[int], None],
    ) -> None:
        self._count = count
        self._seconds = seconds
        self._writer = writer
        self._request = request
        self._headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", **extra}
        self.keep_alive = request is not None and request.keep_alive

    async def text(
        self,
        status: int,
        body: str,
        media: str = PLAIN,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send a short answer."""
        payload = body.encode("utf-8", "replace")
        self._head(status, {"Content-Type": media, "Content-Length": str(len(payload))}, headers)
        if self._request is None or self._request.method != "HEAD":
            self._writer.write(payload)
        async with asyncio.timeout(self._seconds):
            await self._writer.drain()

    async def chunks(
        self, media: str, body: Iterable[bytes], headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a long answer piece by piece; the next piece is made when there is room for it."""
        request = self._request
        assert request is not None
        chunked = request.http11
        transfer = {"Transfer-Encoding": "chunked"} if chunked else {}
        self._head(200, {"Content-Type": media, **transfer}, headers)
        async with asyncio.timeout(self._seconds):
            for part in body if request.method != "HEAD" else ():
                self._writer.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
                await self._writer.drain()
            if chunked and request.method != "HEAD":
                self._writer.write(b"0\r\n\r\n")
            await self._writer.drain()

    def _head(
        self, status: int, fields: Mapping[str, str], headers: Mapping[str, str] | None
    ) -> None:
        self._count(status)
        sent = {**fields, **self._headers, **(headers or {})}
        if not self.keep_alive:
            sent["Connection"] = "close"
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines.extend(f"{name}: {value}" for name, value in sent.items())
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
