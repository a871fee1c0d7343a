"""A log from a scripted engine into a stream."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.engine import EngineError
from promscope_exporter.sources.engine_log import STDOUT, frame
from promscope_exporter.tunnel.logs import Logs
from promscope_exporter.tunnel.streams import Session, StreamRefused
from promscope_exporter.tunnel.targets import Target
from promscope_wire.stream import Stream
from promscope_wire.streams import Credit, unpack
from tests.trust.engines import LogEngine, hung_engine
from tests.trust.probe import FULL_ID, record
from tests.trust.until import until


class Reader:
    """The other end of the stream: gives credit as it likes."""

    def __init__(self, credit: int = 1_000_000) -> None:
        self.data = b""
        self.details: list[dict[str, Any]] = []
        self.session = Session(Stream(1, self._post, 1000, credit), self.details.append)

    async def _post(self, message: bytes | Credit) -> None:
        assert isinstance(message, bytes)
        self.data += unpack(message)[1]


class Time(Clock):
    now = 0.0

    def wall(self) -> float:
        return self.now


def line(second: int, text: str) -> bytes:
    return frame(STDOUT, f"2026-11-30T12:00:{second:02}.000000000Z {text}\n".encode())


async def test_it_asks_for_what_is_wished_and_passes_it_on(tmp_path: Path) -> None:
    engine = LogEngine([line(0, "one"), line(1, "two")])
    reader = Reader()
    async with engine.serving(tmp_path) as address:
        wish = {"tail": 5, "since": 1.5, "until": 9, "stderr": False}
        assert await Logs(Clock())(Target(record(), address), wish, reader.session) == {}
    assert reader.data == line(0, "one") + line(1, "two")
    assert reader.details == [{"terminal": False}]
    query = "timestamps=1&stdout=1&stderr=0&tail=5&since=1.500000&until=9.000000"
    assert engine.asked == [
        f"GET /containers/{FULL_ID}/json HTTP/1.1",
        f"GET /containers/{FULL_ID}/logs?{query} HTTP/1.0",
    ]


@pytest.mark.parametrize("wish", [{"tail": -1}, {"since": "now"}, {"lines": 3}, {"until": 1e300}])
async def test_a_wish_that_is_none_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(StreamRefused) as refused:
        await Logs(Clock())(Target(record(), "unix:///nowhere"), wish, Reader().session)
    assert refused.value.problem.kind == "invalid"


async def test_l2_frames_of_a_container_that_has_a_terminal_are_not_looked_for(
    tmp_path: Path,
) -> None:
    async with LogEngine([b"plain\n"], tty=True).serving(tmp_path) as address:
        reader = Reader()
        await Logs(Clock())(Target(record(), address), {}, reader.session)
        assert reader.data == frame(STDOUT, b"plain\n")
    async with LogEngine([b"plain text that is none\n"]).serving(tmp_path) as address:
        with pytest.raises(StreamRefused, match="malformed"):
            await Logs(Clock())(Target(record(), address), {}, Reader().session)


async def test_l3_a_slow_reader_holds_the_engine_up_and_is_told_what_it_missed(
    tmp_path: Path,
) -> None:
    time = Time()
    big = "x" * 50_000
    engine = LogEngine([line(0, big), *[line(1, big)] * 400, line(50, "now")])
    reader = Reader(credit=100_000)
    time.now = 1_796_040_000.0
    async with engine.serving(tmp_path) as address:
        serving = asyncio.ensure_future(
            Logs(time)(Target(record(), address), {"follow": True}, reader.session)
        )
        await until(lambda: len(reader.data) == 100_000, "the credit is used up")
        taken = engine.written
        assert taken < 5_000_000
        time.now += 30
        reader.session.stream.take_credit(10_000_000)
        await asyncio.wait_for(serving, 60)
    assert len(reader.data) < 10_000_000
    assert b"bytes are left out here" in reader.data
    assert reader.data.endswith(line(50, "now"))


async def test_r3_a_hung_engine_ends_the_wait(tmp_path: Path) -> None:
    async with hung_engine(tmp_path) as address:
        with pytest.raises(EngineError, match="did not answer"):
            await Logs(Clock(), 0.05)(Target(record(), address), {}, Reader().session)
