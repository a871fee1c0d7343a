"""Two ends of a stream and a tunnel between them."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promscope_wire.problem import InvalidFrame, Problem
from promscope_wire.stream import Stream, StreamEnded
from promscope_wire.streams import MAX_DATA, Credit, End, unpack


class Pair:
    """A reader with a window and its writer; what one posts the other takes at once."""

    def __init__(self, window: int) -> None:
        self.reader = Stream(7, self._to_writer, window)
        self.writer = Stream(7, self._to_reader, 0, credit=window)

    async def _to_reader(self, message: bytes | Credit) -> None:
        assert isinstance(message, bytes)
        number, data = unpack(message)
        assert number == 7
        self.reader.take_data(data)

    async def _to_writer(self, message: bytes | Credit) -> None:
        assert isinstance(message, Credit)
        self.writer.take_credit(message.bytes)


@settings(max_examples=40)
@given(st.integers(1, 200), st.lists(st.binary(min_size=1, max_size=400), max_size=20))
def test_everything_arrives_through_any_window(window: int, pieces: list[bytes]) -> None:
    async def run() -> bytes:
        pair = Pair(window)

        async def write() -> None:
            for piece in pieces:
                await pair.writer.send(piece)
            pair.reader.take_end(End(7))

        writing = asyncio.ensure_future(write())
        found = b""
        while len(found) < sum(map(len, pieces)):
            found += await pair.reader.receive()
        await writing
        assert (await pair.reader.ended()).problem is None
        with pytest.raises(StreamEnded):
            await pair.reader.receive()
        return found

    assert asyncio.run(run()) == b"".join(pieces)


async def test_l3_a_slow_reader_holds_the_writer_and_nothing_grows() -> None:
    pair = Pair(1000)
    writing = asyncio.ensure_future(pair.writer.send(b"x" * 10_000_000))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not writing.done()
    assert pair.writer.sent == pair.reader.received == 1000
    pair.writer.lose(Problem("offline", "The connection to the probe was lost"))
    with pytest.raises(StreamEnded):
        await writing


async def test_what_came_before_the_end_is_still_there() -> None:
    pair = Pair(100)
    await pair.writer.send(b"last words")
    pair.reader.take_end(End(7, Problem("gone", "The container is gone")))
    pair.reader.take_end(End(7))
    assert (await pair.reader.ended()).problem == Problem("gone", "The container is gone")
    assert await pair.reader.receive() == b"last words"
    with pytest.raises(StreamEnded, match="gone"):
        await pair.reader.receive()


async def test_long_data_goes_in_messages_of_the_limit() -> None:
    pair = Pair(3 * MAX_DATA)
    await pair.writer.send(b"x" * (2 * MAX_DATA + 1))
    sizes = [len(await pair.reader.receive()) for _ in range(3)]
    assert sizes == [MAX_DATA, MAX_DATA, 1]


async def test_l3_data_beyond_the_window_is_refused() -> None:
    pair = Pair(10)
    with pytest.raises(InvalidFrame):
        pair.reader.take_data(b"x" * 11)
