"""The web process' end of the graph: starts it, watches it, asks it, hears its pushes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
import time
from concurrent.futures import Future
from typing import Any, Protocol

import msgspec

from promscope_api.graph import channel
from promscope_api.graph.process import Configuration
from promscope_wire.log import request

ASK_SECONDS = 10.0
#: A moment of the past is asked of Prometheus first, and may wait for another one.
PAST_SECONDS = 60.0
#: A graph that lets more than this wait to be read is taken for broken.
MAX_WAITING_BYTES = 256 * 1024 * 1024
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
#: A graph process that lived this long is started again at once.
_STEADY_SECONDS = 30.0
_STOP_SECONDS = 3.0

log = logging.getLogger(__name__)


class GraphUnavailable(Exception):
    """The graph process does not run or does not answer now; the message is for the user."""


class LinkListener(Protocol):
    """Hears the graph in the event loop; must not block."""

    def graph_started(self) -> None: ...
    def graph_pushed(self, push: channel.Push) -> None: ...
    def layout_moved(self, moved: channel.LayoutMoved) -> None: ...


class GraphLink:
    """One graph process at a time, as long as `run` runs. `ask_blocking` may be called from any
    thread, everything else in the event loop.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._listeners: list[LinkListener] = []
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[int, asyncio.Future[channel.Reply]] = {}
        self._number = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self.starts = 0

    def listen(self, listener: LinkListener) -> None:
        self._listeners.append(listener)

    def reconfigure(self, configuration: Configuration) -> None:
        """A graph process with other settings takes the place of this one."""
        if configuration != self._configuration:
            self._configuration = configuration
            if self._writer is not None:
                self._writer.transport.abort()

    @property
    def is_up(self) -> bool:
        return self._writer is not None

    async def run(self) -> None:
        """Keep a graph process running until cancelled."""
        self._loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE
        while True:
            started = time.monotonic()
            try:
                await self._live_once()
            except (channel.Broken, OSError) as error:
                log.error("the graph process ended (%s) and is started again", error)
            except Exception:
                log.exception("the graph process cannot be kept and is started again")
            if time.monotonic() - started > _STEADY_SECONDS:
                pause = _FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _live_once(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            # A session of its own: Ctrl-C in the terminal reaches the web process, which ends it.
            child = subprocess.Popen(
                [sys.executable, "-m", "promscope_api.graph.process", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            theirs.close()
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        try:
            self._writer = writer
            self.starts += 1
            self.tell("configure", **msgspec.to_builtins(self._configuration))
            for listener in self._listeners:
                try:
                    listener.graph_started()
                except Exception:
                    log.exception("%s cannot tell a new graph", type(listener).__name__)
            while True:
                self._take(await channel.receive(reader))
        finally:
            self._writer = None
            writer.close()
            self._give_up("the graph process ended; it is started again")
            await asyncio.shield(asyncio.to_thread(_stop, child))

    def _take(self, message: channel.Message) -> None:
        if isinstance(message, channel.Reply):
            waiting = self._waiting.pop(message.number, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
            return
        for listener in self._listeners:
            if isinstance(message, channel.Push):
                listener.graph_pushed(message)
            elif isinstance(message, channel.LayoutMoved):
                listener.layout_moved(message)

    def _give_up(self, why: str) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(GraphUnavailable(why))

    def tell(self, what: str, **arguments: Any) -> None:
        """Tell the graph a fact; lost if it does not run, as it is told all anew when it does."""
        if self._writer is not None:
            self._write(self._writer, channel.Tell(what, arguments))

    def _write(self, writer: asyncio.StreamWriter, message: channel.Message) -> None:
        writer.write(channel.encode(message))
        if writer.transport.get_write_buffer_size() > MAX_WAITING_BYTES:
            log.error("the graph process does not read; its connection is ended")
            self._writer = None
            writer.transport.abort()

    async def ask(self, what: str, **arguments: Any) -> channel.Reply:
        """Ask the graph. Raises GraphUnavailable."""
        if self._writer is None:
            raise GraphUnavailable("the graph process is starting")
        slow = what == "profile" or arguments.keys() & {"at", "since"}
        seconds = PAST_SECONDS if slow else ASK_SECONDS
        self._number += 1
        number = self._number
        future: asyncio.Future[channel.Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            self._write(self._writer, channel.Ask(number, what, arguments, request.get()))
            return await asyncio.wait_for(future, seconds)
        except TimeoutError:
            raise GraphUnavailable(f"the graph gave no answer in {seconds:.0f} s") from None
        finally:
            self._waiting.pop(number, None)

    def ask_blocking(self, what: str, **arguments: Any) -> channel.Reply:
        """`ask` from a thread that is not the event loop's. Raises GraphUnavailable."""
        return self.begin(what, **arguments).result()

    def begin(self, what: str, **arguments: Any) -> Future[channel.Reply]:
        """`ask` from such a thread, without waiting. Raises GraphUnavailable, then or later."""
        if self._loop is None:
            raise GraphUnavailable("the graph process is starting")
        return asyncio.run_coroutine_threadsafe(self.ask(what, **arguments), self._loop)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Its socket is closed, so it ends by itself; one that does not is made to."""
    for end in (None, child.terminate, child.kill):
        if end is not None:
            with contextlib.suppress(ProcessLookupError):
                end()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_STOP_SECONDS)
            return
