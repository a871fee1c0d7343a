"""The streams of one tunnel at the probe: opened, carried, ended."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.engine import EngineError, NotFound
from promscope_exporter.tunnel.outbox import MAX_DATA_MESSAGES, Outbox
from promscope_exporter.tunnel.streams import WINDOW, Session, StreamRefused, Streams
from promscope_exporter.tunnel.targets import Target, Targets
from promscope_wire.frames import InvalidFrame, Problem, decode_from_probe
from promscope_wire.stream import StreamEnded
from promscope_wire.streams import MAX_STREAMS, Credit, End, Open, Opened, Resize, pack, unpack
from tests.trust.probe import NODE, record
from tests.trust.until import until

ENGINE = "unix:///engine.sock"


class World:
    """Echoes what it gets until it gets nothing more; `raises` is raised instead."""

    def __init__(self, allowed: tuple[str, ...] = ("logs",)) -> None:
        inventory = Inventory(Clock(), 15.0)
        inventory.update("start", record(), ENGINE)
        self.outbox = Outbox(inventory.snapshot)
        self.raises: Exception | None = None
        self.sessions: list[Session] = []
        self.cleaned = 0
        targets = Targets(allowed, inventory, [ENGINE])
        self.streams = Streams(targets, {"logs": self.echo}, self.outbox)

    async def echo(self, target: Target, wish: dict[str, Any], session: Session) -> dict[str, int]:
        if self.raises:
            raise self.raises
        self.sessions.append(session)
        session.opened(wish)
        try:
            while (data := await session.stream.receive()) != b"bye":
                await session.stream.send(data)
        finally:
            self.cleaned += 1
        return {"exit_code": 7}

    def open(self, number: int = 1, kind: Any = "logs", credit: int = 100, **wish: Any) -> None:
        self.streams.take(Open(number, kind, NODE, "op", credit, wish))

    async def told(self) -> Any:
        """The next message but the inventory."""
        while True:
            message = await self.outbox.next(60)
            assert message is not None
            if isinstance(message, bytes):
                return unpack(message)
            if '"type":"inventory"' not in message:
                return decode_from_probe(message)


async def test_a_stream_from_open_to_end() -> None:
    here = World()
    here.open(5, word="hello")
    assert await here.told() == Opened(5, WINDOW, {"word": "hello"})
    here.streams.take_bytes(pack(5, b"ping"))
    assert await here.told() == (5, b"ping")
    here.streams.take(Resize(5, 120, 40))
    assert here.sessions[0].size == (120, 40)
    assert here.sessions[0].resized.is_set()
    here.streams.take_bytes(pack(5, b"bye"))
    assert await here.told() == End(5, None, {"exit_code": 7})
    here.streams.take_bytes(pack(5, b"too late"))
    here.streams.take(Credit(5, 1))


async def test_two_streams_do_not_wait_for_each_other() -> None:
    here = World()
    here.open(1, credit=0)
    here.open(2)
    assert {(await here.told()).stream, (await here.told()).stream} == {1, 2}
    here.streams.take_bytes(pack(1, b"held up"))
    here.streams.take_bytes(pack(2, b"goes on"))
    assert await here.told() == (2, b"goes on")
    here.streams.take(Credit(1, 100))
    assert await here.told() == (1, b"held up")
    await here.streams.close()


@pytest.mark.parametrize("how", ["end", "close"])
async def test_when_the_api_or_the_tunnel_ends_it_nothing_is_left(how: str) -> None:
    here = World()
    here.open()
    await here.told()
    if how == "end":
        here.streams.take(End(1))
        await until(lambda: here.cleaned, "the handler ended")
    else:
        await here.streams.close()
    assert here.cleaned == 1
    here.open()
    assert isinstance(await here.told(), Opened)
    await here.streams.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (StreamRefused(Problem("conflict", "Paused")), "conflict"),
        (NotFound("404"), "gone"),
        (EngineError("hung"), "engine"),
        (ValueError("a bug"), "engine"),
    ],
)
async def test_every_failure_ends_it_with_a_problem(error: Exception, kind: str) -> None:
    here = World()
    here.raises = error
    here.open()
    end = await here.told()
    assert isinstance(end, End)
    assert end.problem is not None
    assert end.problem.kind == kind


async def test_an_end_that_the_handler_sees_is_not_answered() -> None:
    here = World()
    here.raises = StreamEnded(End(1))
    here.open(1)
    await asyncio.sleep(0)
    here.raises = None
    here.open(2)
    assert await here.told() == Opened(2, WINDOW, {})
    await here.streams.close()


async def test_what_the_probe_does_not_allow_or_know_is_refused() -> None:
    vetoing = World(allowed=("exec",))
    vetoing.open()
    assert (await vetoing.told()).problem.kind == "vetoed"
    vetoing.open(kind="exec")
    assert (await vetoing.told()).problem.kind == "invalid"


async def test_streams_have_a_limit_and_numbers_are_used_once() -> None:
    here = World()
    for number in range(1, MAX_STREAMS + 1):
        here.open(number)
        await here.told()
    for number in (MAX_STREAMS + 1, 1):
        here.open(number)
        assert (await here.told()).problem.kind == "expired"
    await here.streams.close()


async def test_l3_bytes_without_credit_end_the_tunnel() -> None:
    here = World()
    here.open(credit=0)
    await here.told()
    here.streams.take_bytes(pack(1, b"x" * 60_000))
    with pytest.raises(InvalidFrame):
        here.streams.take_bytes(pack(1, b"x" * 60_000))
    await here.streams.close()


async def test_l3_a_slow_tunnel_holds_all_streams_up() -> None:
    here = World()
    for number in range(1, 41):
        here.open(number)
        await here.told()
    for number in range(1, 41):
        here.streams.take_bytes(pack(number, b"x"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(here.outbox._of_streams) == MAX_DATA_MESSAGES
    assert {(await here.told())[0] for _ in range(40)} == set(range(1, 41))
    await here.streams.close()
