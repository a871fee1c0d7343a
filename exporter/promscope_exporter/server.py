"""The HTTP server of the exporter: metrics and health, read-only, plain asyncio streams."""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from http import HTTPStatus

from promscope_exporter import __version__
from promscope_exporter.collectors.runner import Runner
from promscope_exporter.exposition.negotiate import content_type, gzip
from promscope_exporter.request import MAX_HEAD_BYTES, BadRequest, Request, read_request
from promscope_exporter.settings import Address

MAX_CONNECTIONS = 512
#: Seconds in which a client must have taken a whole answer.
SEND_SECONDS = 30.0
#: Seconds for which a scrape waits until the sources have answered for the first time.
SETTLE_SECONDS = 3.0
_WRITE_BUFFER_BYTES = 256 * 1024
_PLAIN = "text/plain; charset=utf-8"

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """The address cannot be listened on; the message has the remedy."""


class Server:
    """Serves `runner` at `telemetry_path`, `/`, `/-/healthy` and `/-/ready`.

    `settled` are all set once the sources were asked for the first time: readiness, and what an
    early scrape waits for.

    Limits: `max_requests` scrapes at one time (more get 503), `MAX_CONNECTIONS` connections
    (the one idle for longest makes room), time limits for heads and answers.
    """

    def __init__(
        self,
        runner: Runner,
        telemetry_path: str = "/metrics",
        max_requests: int = 40,
        settled: Collection[asyncio.Event] = (),
        send_seconds: float = SEND_SECONDS,
    ) -> None:
        self._runner = runner
        self._telemetry_path = telemetry_path
        self._max_requests = max_requests
        self._settled = settled
        self._send_seconds = send_seconds
        self._scrapes = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: dict[asyncio.StreamWriter, None] = {}

    async def start(self, address: Address) -> Address:
        """Listen; the result has the port that was taken for port 0. Raises CannotListen."""
        try:
            self._server = await asyncio.start_server(
                self._accept, address.host or None, address.port, limit=MAX_HEAD_BYTES, backlog=512
            )
        except OSError as error:
            raise CannotListen(_why(address, error)) from error
        return Address(address.host, self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is not None:
            self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        if len(self._tasks) > MAX_CONNECTIONS:
            self._make_room()
        writer.transport.set_write_buffer_limits(high=_WRITE_BUFFER_BYTES)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, TimeoutError):
            log.debug("a client went away before it had its answer")
        except asyncio.CancelledError:
            # the stream protocol reports a cancelled handler as an error; ending is wanted here
            log.debug("a connection was ended")
        finally:
            self._tasks.discard(task)
            self._idle.pop(writer, None)
            writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()

    def _make_room(self) -> None:
        oldest = next(iter(self._idle), None)
        if oldest is not None:
            del self._idle[oldest]
            oldest.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first_byte_seconds: dict[str, float] = {"first_byte_seconds": 10.0}
        while True:
            self._idle[writer] = None
            try:
                request = await read_request(reader, **first_byte_seconds)
            except BadRequest as error:
                reply = _Reply(writer, None)
                await self._timed(reply.text(error.status, f"{error}\n"))
                return
            self._idle.pop(writer, None)
            if request is None:
                return
            await self._timed(self._answer(request, _Reply(writer, request)))
            if not request.keep_alive:
                return
            first_byte_seconds.clear()

    async def _timed(self, answer: asyncio._CoroutineLike[None]) -> None:
        await asyncio.wait_for(answer, self._send_seconds)

    async def _answer(self, request: Request, reply: _Reply) -> None:
        if request.method not in ("GET", "HEAD"):
            await reply.text(405, "only GET and HEAD\n", ("Allow: GET, HEAD",))
        elif request.path == self._telemetry_path:
            await self._metrics(request, reply)
        elif request.path == "/-/healthy":
            await reply.text(200, "Promscope exporter is healthy.\n")
        elif request.path == "/-/ready":
            if all(one.is_set() for one in self._settled):
                await reply.text(200, "Promscope exporter is ready.\n")
            else:
                await reply.text(503, "Promscope exporter is starting.\n")
        elif request.path == "/":
            await reply.text(200, self._landing(), media="text/html; charset=utf-8")
        else:
            await reply.text(404, f"nothing is here; metrics are at {self._telemetry_path}\n")

    async def _metrics(self, request: Request, reply: _Reply) -> None:
        if self._scrapes >= self._max_requests:
            await reply.text(
                503, f"{self._max_requests} scrapes are running (--web.max-requests); try again\n"
            )
            return
        self._scrapes += 1
        try:
            # a scrape before the containers are known counts their processes to the host
            with suppress(TimeoutError):
                async with asyncio.timeout(SETTLE_SECONDS):
                    for source in self._settled:
                        await source.wait()
            try:
                page = await self._runner.collect(request.query.get("collect[]", ()))
            except KeyError as error:
                known = ", ".join(sorted(self._runner.names))
                await reply.text(400, f"no collector {error}; there are {known}\n")
                return
            media = content_type(request.headers.get("accept", ""))
            if gzip(request.headers.get("accept-encoding", "")):
                await reply.chunks(media, page.render_gzip(media), ("Content-Encoding: gzip",))
            else:
                await reply.chunks(media, page.render(media))
        finally:
            self._scrapes -= 1

    def _landing(self) -> str:
        path = html.escape(self._telemetry_path)
        return (
            f"<!DOCTYPE html><html lang=en><title>Promscope exporter</title>"
            f"<h1>Promscope exporter {__version__}</h1>"
            f"<p><a href='{path}'>Metrics</a> · <a href='/-/healthy'>Health</a></p></html>\n"
        )


class _Reply:
    """The answer to one request, sent as fast as the client takes it."""

    def __init__(self, writer: asyncio.StreamWriter, request: Request | None) -> None:
        self._writer = writer
        self._request = request

    async def text(
        self, status: int, body: str, extra: Iterable[str] = (), media: str = _PLAIN
    ) -> None:
        payload = body.encode("utf-8", "replace")
        self._head(status, (f"Content-Type: {media}", f"Content-Length: {len(payload)}", *extra))
        if self._request is None or self._request.method != "HEAD":
            self._writer.write(payload)
        await self._writer.drain()

    async def chunks(self, media: str, body: Iterable[bytes], extra: Iterable[str] = ()) -> None:
        request = self._request
        assert request is not None
        chunked = request.http11
        transfer = ("Transfer-Encoding: chunked",) if chunked else ()
        self._head(200, (f"Content-Type: {media}", *transfer, *extra))
        if request.method == "HEAD":
            await self._writer.drain()
            return
        for part in body:
            self._writer.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
            await self._writer.drain()
        if chunked:
            self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    def _head(self, status: int, fields: Iterable[str]) -> None:
        keep = self._request is not None and self._request.keep_alive
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            *fields,
            "X-Content-Type-Options: nosniff",
            "Cache-Control: no-store",
        ]
        if not keep:
            lines.append("Connection: close")
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())


def _why(address: Address, error: OSError) -> str:
    if isinstance(error, PermissionError):
        return f"listening on {address} is not permitted; choose a port of 1024 or above"
    if "in use" in str(error):
        return (
            f"{address} is taken by another program; end it or choose another --web.listen-address"
        )
    return f"cannot listen on {address}: {error.strerror or error}"
