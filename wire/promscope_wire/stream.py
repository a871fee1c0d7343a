"""One end of a stream on the tunnel, the same at the probe and at the API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from promscope_wire.problem import Problem
from promscope_wire.streams import MAX_DATA, Credit, End, Giver, Taker, pack

#: Puts a message on the tunnel; waits while the tunnel has no room for more of streams.
Post = Callable[[bytes | Credit], Awaitable[None]]


class StreamEnded(Exception):
    """The other side ended the stream; `end` says how."""

    def __init__(self, end: End) -> None:
        super().__init__(end.problem.title if end.problem else "done")
        self.end = end


class Stream:
    """For one event loop. `window`: how much of the other side may wait here, in bytes."""

    def __init__(self, number: int, post: Post, window: int, credit: int = 0) -> None:
        self.number = number
        self.window = window
        self.received = 0
        self.sent = 0
        self._post = post
        self._giver = Giver(window)
        self._taker = Taker(credit)
        self._waiting = bytearray()
        self._end: End | None = None
        self._news = asyncio.Event()
        self._credit = asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether the other side has said its last word."""
        return self._end is not None

    async def send(self, data: bytes) -> None:
        """Returns when all of it is on its way. Raises StreamEnded once the other side has
        ended it."""
        view = memoryview(data)
        while view:
            if self._end is not None:
                raise StreamEnded(self._end)
            count = self._taker.take(len(view))
            if count:
                self.sent += count
                await self._post(pack(self.number, bytes(view[:count])))
                view = view[count:]
            else:
                self._credit.clear()
                await self._credit.wait()

    async def receive(self) -> bytes:
        """The next bytes; the room they took is given back. Raises StreamEnded after the last."""
        while not self._waiting:
            if self._end is not None:
                raise StreamEnded(self._end)
            self._news.clear()
            await self._news.wait()
        data = bytes(self._waiting[:MAX_DATA])
        del self._waiting[:MAX_DATA]
        given = self._giver.used(len(data))
        if given and self._end is None:
            await self._post(Credit(self.number, given))
        return data

    async def ended(self) -> End:
        """Waits for the other side's last word; what it sent before is still there."""
        while self._end is None:
            self._news.clear()
            await self._news.wait()
        return self._end

    def take_data(self, data: bytes) -> None:
        """Raises InvalidFrame for more than there was credit for."""
        self._giver.arrived(len(data))
        self.received += len(data)
        self._waiting += data
        self._news.set()

    def take_credit(self, count: int) -> None:
        """Raises InvalidFrame."""
        self._taker.more(count)
        self._credit.set()

    def take_end(self, end: End) -> None:
        """Only the first end counts."""
        if self._end is None:
            self._end = end
            self._news.set()
            self._credit.set()

    def lose(self, problem: Problem) -> None:
        """The tunnel is gone: it ends here."""
        self.take_end(End(self.number, problem))
