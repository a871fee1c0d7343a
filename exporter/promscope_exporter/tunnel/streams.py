"""The streams of one tunnel: opened by the API, served by handlers, ended with the tunnel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from promscope_exporter.sources.engine import EngineError, NotFound
from promscope_exporter.tunnel.outbox import Outbox
from promscope_exporter.tunnel.targets import Target, Targets
from promscope_wire.frames import Problem
from promscope_wire.stream import Stream, StreamEnded
from promscope_wire.streams import MAX_STREAMS, Credit, End, Open, Opened, Resize, unpack

#: What of the API's bytes may wait for a container.
WINDOW = 64 * 1024

log = logging.getLogger(__name__)


class StreamRefused(Exception):
    """There is no such stream, or no longer; `problem` tells the user why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


@dataclass(slots=True)
class Session:
    """What a handler has of its stream. `opened` tells that it stands, and what was chosen; `size`
    is the terminal's (columns, rows), `resized` is set when it changed."""

    stream: Stream
    opened: Callable[[dict[str, Any]], None]
    size: tuple[int, int] = (80, 24)
    resized: asyncio.Event = field(default_factory=asyncio.Event)


class Handler(Protocol):
    async def __call__(
        self, target: Target, wish: dict[str, Any], session: Session
    ) -> dict[str, int]:
        """Serve the stream to its end and say how it ended. Raises StreamRefused, EngineError."""


#: By kind, which is the group of `--control` too.
Handlers = Mapping[str, Handler]


@dataclass(slots=True)
class _Live:
    session: Session
    task: asyncio.Task[None]


class Streams:
    """For the event loop. `close` it with its tunnel."""

    def __init__(self, targets: Targets, handlers: Handlers, outbox: Outbox) -> None:
        self._targets = targets
        self._handlers = handlers
        self._outbox = outbox
        self._live: dict[int, _Live] = {}

    def take(self, frame: Open | Credit | Resize | End) -> None:
        """Raises InvalidFrame. What is of a stream that has ended is nothing."""
        if isinstance(frame, Open):
            self._open(frame)
            return
        live = self._live.get(frame.stream)
        if live is None:
            return
        match frame:
            case Credit():
                live.session.stream.take_credit(frame.bytes)
            case Resize():
                live.session.size = (frame.columns, frame.rows)
                live.session.resized.set()
            case End():
                live.task.cancel()

    def take_bytes(self, message: bytes) -> None:
        """Raises InvalidFrame."""
        number, data = unpack(message)
        live = self._live.get(number)
        if live is not None:
            live.session.stream.take_data(data)

    async def close(self) -> None:
        """End them all; returns when nothing of them is left."""
        tasks = [live.task for live in self._live.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _open(self, frame: Open) -> None:
        number = frame.stream
        if len(self._live) >= MAX_STREAMS or number in self._live:
            problem = Problem("expired", "The probe has too many streams", "Close some of them.")
            self._outbox.of_stream(End(number, problem))
            return

        def opened(details: dict[str, Any]) -> None:
            self._outbox.of_stream(Opened(number, WINDOW, details))

        session = Session(Stream(number, self._outbox.stream, WINDOW, frame.credit), opened)
        self._live[number] = _Live(session, asyncio.ensure_future(self._run(frame, session)))

    async def _run(self, frame: Open, session: Session) -> None:
        try:
            end = End(frame.stream, None, await self._serve(frame, session))
        except StreamRefused as refused:
            end = End(frame.stream, refused.problem)
        except NotFound:
            end = End(frame.stream, Problem("gone", "The container is gone", "It was removed."))
        except EngineError as error:
            problem = Problem("engine", "The container engine did not answer", str(error))
            end = End(frame.stream, problem)
        except StreamEnded:
            return
        except Exception as error:
            log.exception("a stream of %s failed", frame.kind)
            problem = Problem("engine", "The probe failed", f"{type(error).__name__}: {error}")
            end = End(frame.stream, problem)
        finally:
            del self._live[frame.stream]
        self._outbox.of_stream(end)

    async def _serve(self, frame: Open, session: Session) -> dict[str, int]:
        target = self._targets.find(frame.kind, frame.node)
        if isinstance(target, Problem):
            raise StreamRefused(target)
        handler = self._handlers.get(frame.kind)
        if handler is None:
            title = "Unknown stream"
            raise StreamRefused(Problem("invalid", title, f"This probe has no {frame.kind}."))
        return await handler(target, frame.parameters, session)
