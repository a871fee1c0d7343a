"""The graph process: refreshes the graph, answers the web process, pushes changes to it.

Started by the web process with the number of an inherited socket; ends when that socket does.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import sys
import time
from typing import Any

import msgspec

from promscope_api.graph import channel
from promscope_api.graph.desk import Desk
from promscope_api.graph.graph import Graph
from promscope_api.graph.measures import Measures
from promscope_api.graph.networks import Networks
from promscope_api.graph.past import Past
from promscope_api.graph.refresh import Refresher
from promscope_api.graph.reverse_dns import ReverseDns
from promscope_api.graph.schedule import Schedule
from promscope_api.graph.thresholds import Thresholds
from promscope_api.graph.topic import Topic
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.backends import Backends, open_source
from promscope_api.prometheus.queries import Scope
from promscope_wire import log as wire_log

#: Changes that come this close together are told as one.
COALESCE_SECONDS = 0.1
NUMBERS_SECONDS = 1.0
LAYOUT_SECONDS = 5.0
_GC_THRESHOLDS = (100_000, 20, 20)
#: A push is dropped, and the process ends to start afresh, when the web process leaves this much.
MAX_BACKLOG_BYTES = 256 * 1024 * 1024

log = logging.getLogger(__name__)


class Configuration(msgspec.Struct, frozen=True):
    """What the web process tells first."""

    prometheus: Backends
    scrape_interval: float
    query_timeout: float
    networks: tuple[str, ...] = ()
    reverse_dns: bool = False
    thresholds: Thresholds = Thresholds()
    log_format: str = "logfmt"
    log_level: str = "info"


class Process:
    def __init__(self, configuration: Configuration, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._measures = Measures()
        interval = configuration.scrape_interval
        source = open_source(configuration.prometheus, configuration.query_timeout)
        scope = Scope(interval, configuration.prometheus.bounds(), configuration.prometheus.metrics)
        self._refresher = Refresher(
            source,
            scope,
            self._measures.stage,
            Networks(configuration.networks),
            ReverseDns() if configuration.reverse_dns else None,
        )
        self._schedule = Schedule(interval)
        self._graph = Graph(thresholds=configuration.thresholds)
        past = Past(self._refresher, self._graph, interval)
        self._desk = Desk(self._graph, past, source, scope, self._measures)
        self._watched: set[Topic] = set()
        self._graph.keep(self._watched.__contains__)
        self._changed = asyncio.Event()
        self._numbers_told = 0.0

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Until the web process goes. Raises channel.Broken then."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._refresh())
            tasks.create_task(self._publish())
            tasks.create_task(self._keep_layout())
            while True:
                message = await channel.receive(reader)
                if isinstance(message, channel.Ask):
                    tasks.create_task(self._answer(message))
                elif isinstance(message, channel.Tell):
                    self._told(message.what, message.arguments)

    async def _answer(self, ask: channel.Ask) -> None:
        # The task is of this question alone.
        wire_log.request.set(ask.request)
        if ask.what == "full":
            # What is not yet told belongs before the full message, for those who watch already.
            self._tell_watchers()
        self._send(await self._desk.answer(ask))
        if ask.what == "relayout":
            self._changed.set()

    def _told(self, what: str, arguments: dict[str, Any]) -> None:
        if what == "watch":
            change = self._watched.add if arguments["on"] else self._watched.discard
            change(msgspec.convert(arguments["topic"], Topic))
            return
        try:
            if self._desk.told(what, arguments):
                self._changed.set()
        except (msgspec.MsgspecError, KeyError):
            log.exception("a message of the web process was not understood: %s", what)

    async def _refresh(self) -> None:
        while True:
            failed = True
            try:
                snapshot = await asyncio.to_thread(self._refresher.snapshot)
                for host in self._graph.take(snapshot):
                    log.warning("host %s left the map: it is scraped no more", host.hostname)
                    self._measures.hosts_removed.inc()
                failed = False
            except BadAnswer as error:
                self._fail(str(error))
            except Exception:
                log.exception("a refresh failed")
                self._fail("an internal error while the map was built; the log has the details")
            self._measures.round(failed, self._graph)
            self._changed.set()
            for _ in self._graph.prepare():
                # what watchers wait for comes between the steps
                await asyncio.sleep(0)
            taken_at = self._graph.snapshot.taken_at
            await asyncio.sleep(self._schedule.after(taken_at, failed=failed))

    def _fail(self, reason: str) -> None:
        if self._graph.freshness.stale_reason != reason:
            log.warning("the map is stale: %s", reason)
        self._graph.fail(reason)

    async def _publish(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._tell_watchers()
            await asyncio.sleep(COALESCE_SECONDS)

    def _tell_watchers(self) -> None:
        now = time.monotonic()
        with_numbers = now - self._numbers_told >= NUMBERS_SECONDS
        if with_numbers:
            self._numbers_told = now
        else:
            asyncio.get_running_loop().call_later(NUMBERS_SECONDS, self._changed.set)
        for topic in sorted(self._watched, key=lambda one: (one.sight, one.view, one.filter)):
            published = self._graph.seen_by(topic.sight).view(topic.view, topic.filter)
            for base, version, body in published.messages(with_numbers=with_numbers):
                self._send(channel.Push(topic, base, version, body))

    async def _keep_layout(self) -> None:
        while True:
            await asyncio.sleep(LAYOUT_SECONDS)
            for view, layout in self._graph.layouts():
                moved, gone = layout.drain()
                if moved or gone:
                    self._send(channel.LayoutMoved(view, moved, gone))

    def _send(self, message: channel.Message) -> None:
        if self._writer.transport.get_write_buffer_size() > MAX_BACKLOG_BYTES:
            raise channel.Broken("the web process does not read")
        self._writer.write(channel.encode(message))


async def run(connection: socket.socket) -> None:
    """Serve over an open socket until its other end goes."""
    reader, writer = await asyncio.open_unix_connection(sock=connection)
    try:
        first = await channel.receive(reader)
        if not isinstance(first, channel.Tell) or first.what != "configure":
            raise channel.Broken("the first message is not the configuration")
        configuration = msgspec.convert(first.arguments, Configuration)
        wire_log.configure(configuration.log_format, configuration.log_level)
        await Process(configuration, writer).serve(reader)
    except* channel.Broken:
        pass
    finally:
        writer.close()


def main() -> None:
    """Entry point: `python -m promscope_api.graph.process FD`."""
    # Views of a large fleet are many small objects without cycles: looking through them as often as
    # Python does by default takes as long again as making them.
    gc.set_threshold(*_GC_THRESHOLDS)
    asyncio.run(run(socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
