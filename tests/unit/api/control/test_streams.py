"""The API's end of the streams of a tunnel."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from promscope_api.control.streams import WINDOW, Live, NoStream, Streams
from promscope_wire.frames import FromApi, Problem
from promscope_wire.problem import InvalidFrame
from promscope_wire.stream import StreamEnded
from promscope_wire.streams import MAX_STREAMS, Credit, End, Open, Opened, Resize, pack
from tests.trust.until import until


class World:
    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.streams = Streams(self.post, self.send)

    def post(self, frame: FromApi) -> bool:
        self.posted.append(frame)
        return True

    async def send(self, message: bytes | Credit) -> None:
        self.posted.append(message)

    async def open(self, *answers: Opened | End | bytes, seconds: float = 60.0) -> Live:
        count = len(self.posted)
        opening = asyncio.ensure_future(self.streams.open("logs", "n", "op", {"a": 1}, seconds))
        await until(lambda: len(self.posted) > count, "the wish is posted")
        for answer in answers:
            if isinstance(answer, bytes):
                self.streams.take_bytes(answer)
            else:
                self.streams.take(answer)
        return await opening


async def test_open_read_write_resize_close() -> None:
    here = World()
    live = await here.open(Opened(1, 10, {"shell": "sh"}), pack(1, b"hello"))
    assert here.posted == [Open(1, "logs", "n", "op", WINDOW, {"a": 1})]
    assert live.details == {"shell": "sh"}
    assert await live.stream.receive() == b"hello"
    await live.stream.send(b"ls")
    live.resize(80, 24)
    here.streams.close(live)
    here.streams.close(live)
    assert here.posted[1:] == [pack(1, b"ls"), Resize(1, 80, 24), End(1)]
    here.streams.take_bytes(pack(1, b"late"))
    here.streams.take(End(1))
    with pytest.raises(StreamEnded):
        await live.stream.receive()


async def test_why_it_does_not_stand() -> None:
    here = World()
    problem = Problem("gone", "The container is gone")
    with pytest.raises(NoStream) as refused:
        await here.open(End(1, problem))
    assert refused.value.problem == problem
    with pytest.raises(NoStream) as late:
        await here.open(seconds=0.01)
    assert late.value.problem.kind == "timeout"
    assert here.posted[-1] == End(2)


async def test_an_empty_log_is_a_stream_too() -> None:
    here = World()
    live = await here.open(Opened(1), End(1))
    with pytest.raises(StreamEnded) as ended:
        await live.stream.receive()
    assert ended.value.end == End(1)
    here.streams.close(live)
    assert len(here.posted) == 1


async def test_a_lost_tunnel_ends_what_is_open() -> None:
    here = World()
    live = await here.open(Opened(1))
    here.streams.abandon()
    with pytest.raises(StreamEnded, match="connection to the probe"):
        await live.stream.receive()
    here.streams.close(live)


async def test_l3_a_probe_that_sends_without_credit_is_refused() -> None:
    here = World()
    await here.open(Opened(1))
    for _ in range(WINDOW // 60_000):
        here.streams.take_bytes(pack(1, b"x" * 60_000))
    with pytest.raises(InvalidFrame):
        here.streams.take_bytes(pack(1, b"x" * 60_000))


async def test_streams_have_a_limit() -> None:
    here = World()
    for number in range(1, MAX_STREAMS + 1):
        await here.open(Opened(number))
    with pytest.raises(NoStream) as refused:
        await here.streams.open("logs", "n", "op", {}, 60)
    assert refused.value.problem.kind == "expired"
