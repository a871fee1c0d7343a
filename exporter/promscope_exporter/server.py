"""The HTTP server of the exporter: who may be answered, within which limits."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Sequence

from promscope_exporter.pages import Pages
from promscope_exporter.reply import Reply
from promscope_exporter.request import MAX_HEAD_BYTES, BadRequest, Request, read_request
from promscope_wire.web.gate import Gate
from promscope_wire.web.sockets import BACKLOG

MAX_CONNECTIONS = 512
#: Seconds in which a client must have said its first word, and have taken a whole answer.
FIRST_BYTE_SECONDS = 10.0
SEND_SECONDS = 30.0
#: A scrape whose client has not taken it for so long makes room for another one.
STALLED_SECONDS = 0.5
HANDSHAKE_SECONDS = 5.0
_WRITE_BUFFER_BYTES = 256 * 1024

log = logging.getLogger(__name__)


class Server:
    """Serves `pages` to whom `gate` admits.

    Limits: `max_requests` scrapes at one time (of more, those whose clients stall are ended,
    else they get 503), `MAX_CONNECTIONS` connections (the one idle for longest makes room),
    time limits for handshakes, heads and answers. `count` is told the status of each answer.
    """

    def __init__(
        self,
        pages: Pages,
        gate: Gate,
        max_requests: int = 40,
        send_seconds: float = SEND_SECONDS,
        count: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._count = count
        self._pages = pages
        self._gate = gate
        self._max_requests = max_requests
        self._send_seconds = send_seconds
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: dict[asyncio.StreamWriter, None] = {}
        self._scrapes: dict[asyncio.StreamWriter, float] = {}

    async def start(self, listeners: Sequence[socket.socket]) -> None:
        """Serve at all of them; they are closed with the server."""
        # asyncio refuses time limits of TLS where there is none
        seconds = None if self._gate.tls is None else HANDSHAKE_SECONDS
        for listener in listeners:
            self._servers.append(
                await asyncio.start_server(
                    self._accept,
                    sock=listener,
                    limit=MAX_HEAD_BYTES,
                    backlog=BACKLOG,
                    ssl=self._gate.tls,
                    ssl_handshake_timeout=seconds,
                    ssl_shutdown_timeout=seconds,
                )
            )

    async def close(self) -> None:
        """Stop listening and end every connection."""
        for server in self._servers:
            server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        if len(self._tasks) > MAX_CONNECTIONS and not self._make_room():
            self._tasks.discard(task)
            writer.transport.abort()
            return
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

    def _make_room(self) -> bool:
        oldest = next(iter(self._idle), None)
        if oldest is not None:
            del self._idle[oldest]
            oldest.transport.abort()
        return oldest is not None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first_byte_seconds = {"first_byte_seconds": FIRST_BYTE_SECONDS}
        while True:
            self._idle[writer] = None
            try:
                request = await read_request(reader, **first_byte_seconds)
            except BadRequest as error:
                reply = self._reply(writer, None)
                await reply.text(error.status, f"{error}\n")
                return
            self._idle.pop(writer, None)
            if request is None:
                return
            reply = self._reply(writer, request)
            await self._answer(request, reply, writer)
            if not request.keep_alive:
                return
            first_byte_seconds.clear()

    def _reply(self, writer: asyncio.StreamWriter, request: Request | None) -> Reply:
        return Reply(writer, request, self._gate.headers, self._send_seconds, self._count)

    async def _answer(self, request: Request, reply: Reply, writer: asyncio.StreamWriter) -> None:
        refusal = await self._gate.admit(request.headers.get("authorization", ""))
        if refusal is not None:
            await reply.text(refusal.status, f"{refusal.message}\n", headers=refusal.headers)
        elif request.method not in ("GET", "HEAD"):
            await reply.text(405, "only GET and HEAD\n", headers={"Allow": "GET, HEAD"})
        elif request.path != self._pages.telemetry_path:
            await self._pages.answer(request, reply)
        elif not self._has_room():
            await reply.text(
                503, f"{self._max_requests} scrapes are running (--web.max-requests); try again\n"
            )
        else:
            self._scrapes[writer] = time.monotonic()
            try:
                await self._pages.metrics(request, reply)
            finally:
                self._scrapes.pop(writer, None)

    def _has_room(self) -> bool:
        """Whether one more scrape may run; a client that does not take its own makes room."""
        if len(self._scrapes) < self._max_requests:
            return True
        for writer, began in self._scrapes.items():
            stalled = time.monotonic() - began > STALLED_SECONDS
            if stalled and writer.transport.get_write_buffer_size() > _WRITE_BUFFER_BYTES // 4:
                del self._scrapes[writer]
                writer.transport.abort()
                return True
        return False
