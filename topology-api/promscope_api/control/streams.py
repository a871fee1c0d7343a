"""The streams of one tunnel, as the API opened them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from promscope_wire.frames import FromApi, Problem
from promscope_wire.stream import Post, Stream, StreamEnded
from promscope_wire.streams import (
    MAX_STREAMS,
    Credit,
    End,
    Open,
    Opened,
    Resize,
    StreamKind,
    unpack,
)

#: What of a container's bytes may wait here for whoever reads them.
WINDOW = 512 * 1024


class NoStream(Exception):
    """It could not be opened; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class Live:
    """One open stream; `details` is what the probe said when it stood. Close it at its end."""

    def __init__(self, stream: Stream, post: Callable[[FromApi], bool]) -> None:
        self.stream = stream
        self.details: dict[str, Any] = {}
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._post = post

    def resize(self, columns: int, rows: int) -> None:
        self._post(Resize(self.stream.number, columns, rows))

    def stands(self, frame: Opened) -> None:
        if not self.opened.done():
            self.details = frame.details
            self.stream.take_credit(frame.credit)
            self.opened.set_result(None)

    def end(self, frame: End) -> None:
        self.stream.take_end(frame)
        if not self.opened.done():
            self.opened.set_result(None)


class Streams:
    """For the event loop of the tunnel. `post` sends a frame now, `send` waits for room."""

    def __init__(self, post: Callable[[FromApi], bool], send: Post) -> None:
        self._post = post
        self._send = send
        self._numbers = itertools.count(1)
        self._live: dict[int, Live] = {}

    async def open(
        self,
        kind: StreamKind,
        node: str,
        operation_id: str,
        parameters: dict[str, Any],
        seconds: float,
    ) -> Live:
        """Returns when it stands, in at most `seconds`. Raises NoStream."""
        if len(self._live) >= MAX_STREAMS:
            detail = f"The probe of this host has {MAX_STREAMS} streams open: close some."
            raise NoStream(Problem("expired", "Too many streams", detail))
        number = next(self._numbers)
        live = Live(Stream(number, self._send, WINDOW), self._post)
        self._live[number] = live
        try:
            if not self._post(Open(number, kind, node, operation_id, WINDOW, parameters)):
                raise NoStream(Problem("offline", "The connection to the probe was lost"))
            async with asyncio.timeout(seconds):
                await live.opened
                # Nothing was received yet: an end that is there already is why it never stood.
                if live.stream.is_over and not live.stream.received:
                    await live.stream.receive()
        except TimeoutError:
            self.close(live)
            problem = Problem("timeout", "The probe did not answer in time", "Try again later.")
            raise NoStream(problem) from None
        except StreamEnded as ended:
            self.close(live)
            if ended.end.problem is not None:
                raise NoStream(ended.end.problem) from None
        except BaseException:
            self.close(live)
            raise
        return live

    def close(self, live: Live) -> None:
        """Nothing more is wanted of it. May be called twice."""
        number = live.stream.number
        if self._live.pop(number, None) is not None and not live.stream.is_over:
            self._post(End(number))
        live.end(End(number))

    def take(self, frame: Opened | Credit | End) -> None:
        """Raises InvalidFrame. What is of a stream that was closed is nothing."""
        live = self._live.get(frame.stream)
        if live is None:
            return
        match frame:
            case Opened():
                live.stands(frame)
            case Credit():
                live.stream.take_credit(frame.bytes)
            case End():
                live.end(frame)

    def take_bytes(self, message: bytes) -> None:
        """Raises InvalidFrame."""
        number, data = unpack(message)
        live = self._live.get(number)
        if live is not None:
            live.stream.take_data(data)

    def abandon(self) -> None:
        """The tunnel is gone."""
        for live in self._live.values():
            problem = Problem("offline", "The connection to the probe was lost")
            live.end(End(live.stream.number, problem))
        self._live.clear()
