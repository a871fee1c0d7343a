"""The probe's own veto, once only, and in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources.clock import Clock
from promscope_exporter.tunnel.control import MAX_AT_ONCE, MAX_WAITING, Controls
from promscope_exporter.tunnel.lifecycle import InvalidParameter, Lifecycle
from promscope_exporter.tunnel.operations import Operations
from promscope_wire.frames import ContainerRecord, Control, Outcome, Problem
from tests.trust.probe import NODE, record


class Time(Clock):
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class Engine(Lifecycle):
    """Does what `result` says when `go` is set."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, Mapping[str, Any]]] = []
        self.go = asyncio.Event()
        self.go.set()
        self.result: Problem | Exception | None = None
        self.slow = False

    async def act(
        self,
        action: str,
        record: ContainerRecord,
        parameters: Mapping[str, Any],
        running: Callable[[], None],
    ) -> Problem | None:
        self.done.append((action, record.id, parameters))
        if self.slow:
            running()
        await self.go.wait()
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


class World:
    def __init__(self, allowed: tuple[str, ...] = ("lifecycle",)) -> None:
        self.clock = Time()
        self.inventory = Inventory(self.clock, 15.0)
        self.inventory.update("start", record())
        self.engine = Engine()
        self.operations = Operations(self.clock)
        self.controls = Controls(
            allowed, self.inventory, {"": self.engine}, self.operations, self.clock
        )

    async def ask(self, operation: str = "op", **fields: Any) -> Outcome:
        """The first outcome."""
        heard: asyncio.Queue[Outcome] = asyncio.Queue()
        self.controls.take(control(operation, **fields), heard.put_nowait)
        return await asyncio.wait_for(heard.get(), 10)


def control(operation: str = "op", **fields: Any) -> Control:
    wanted = {"action": "stop", "node": NODE, "ttl_seconds": 8.0, **fields}
    return Control(operation, **wanted)


@asynccontextmanager
async def world(*allowed: str) -> AsyncIterator[World]:
    made = World(allowed)
    try:
        yield made
    finally:
        await made.controls.close()


def kind(outcome: Outcome) -> str:
    assert outcome.status == "failed"
    assert outcome.problem is not None
    return outcome.problem.kind


async def test_what_is_allowed_is_done() -> None:
    async with world("lifecycle") as here:
        outcome = await here.ask(parameters={"timeout_seconds": 3})
        assert outcome == Outcome("op", "done")
        assert here.engine.done == [("stop", record().id, {"timeout_seconds": 3})]


@pytest.mark.parametrize("allowed", [(), ("logs",), ("exec", "files", "update")])
async def test_the_veto_is_the_probes(allowed: tuple[str, ...]) -> None:
    async with world(*allowed) as here:
        outcome = await here.ask()
        assert kind(outcome) == "vetoed"
        assert here.engine.done == []


@pytest.mark.parametrize("action", ["exec", "", "start/../../x", "explode"])
async def test_an_action_nobody_knows_is_not_done(action: str) -> None:
    async with world("lifecycle") as here:
        assert kind(await here.ask(action=action)) == "invalid"
        assert here.engine.done == []


@pytest.mark.parametrize("node", ["", "host:a", "container:ffffffffffff", record().id, "../x"])
async def test_a_container_that_is_not_here_is_not_touched(node: str) -> None:
    async with world("lifecycle") as here:
        assert kind(await here.ask(node=node)) == "not-found"
        assert here.engine.done == []


async def test_a_container_that_died_meanwhile_is_gone() -> None:
    async with world("lifecycle") as here:
        here.inventory.remove("destroy", NODE)
        assert kind(await here.ask()) == "gone"


async def test_an_opted_out_container_is_refused() -> None:
    """D2: asked by its id all the same."""
    async with world("lifecycle") as here:
        here.inventory.update("x", record(labels={"promscope.enable": "False"}))
        assert kind(await here.ask()) == "vetoed"
        assert here.engine.done == []


async def test_an_id_that_is_not_whole_never_reaches_the_engine() -> None:
    """S2."""
    async with world("lifecycle") as here:
        short = ContainerRecord(NODE, "0123456789ab/../../x", "web", "", "", "running")
        here.inventory.update("x", short)
        assert kind(await here.ask()) == "invalid"
        assert here.engine.done == []


async def test_a_repeat_is_answered_with_the_first_outcome() -> None:
    async with world("lifecycle") as here:
        here.engine.result = Problem("conflict", "no")
        first = await here.ask()
        here.engine.result = None
        assert await here.ask() == first
        assert len(here.engine.done) == 1


async def test_a_repeat_of_one_in_flight_hears_what_the_first_hears() -> None:
    async with world("lifecycle") as here:
        here.engine.go.clear()
        asked = [asyncio.create_task(here.ask()) for _ in range(50)]
        await asyncio.sleep(0)
        here.engine.go.set()
        assert set(await asyncio.gather(*asked)) == {Outcome("op", "done")}
        assert len(here.engine.done) == 1


async def test_a_slow_one_is_told_twice() -> None:
    async with world("lifecycle") as here:
        here.engine.slow = True
        here.engine.go.clear()
        heard: asyncio.Queue[Outcome] = asyncio.Queue()
        here.controls.take(control(), heard.put_nowait)
        assert await heard.get() == Outcome("op", "running")
        here.engine.go.set()
        assert await heard.get() == Outcome("op", "done")


async def test_one_that_waited_too_long_is_not_done() -> None:
    async with world("lifecycle") as here:
        here.engine.go.clear()
        waiting = [asyncio.create_task(here.ask(f"op{n}")) for n in range(MAX_AT_ONCE + 1)]
        while len(here.engine.done) < MAX_AT_ONCE:
            await asyncio.sleep(0.01)
        here.clock.now += 8.1
        here.engine.go.set()
        outcomes = await asyncio.gather(*waiting)
        assert [outcome.status for outcome in outcomes].count("done") == MAX_AT_ONCE
        assert kind(outcomes[-1]) == "expired"


async def test_one_without_a_slot_is_told_as_soon_as_its_time_is_over() -> None:
    async with world("lifecycle") as here:
        here.engine.go.clear()
        held = [asyncio.create_task(here.ask(f"op{n}")) for n in range(MAX_AT_ONCE)]
        while len(here.engine.done) < MAX_AT_ONCE:
            await asyncio.sleep(0)
        assert kind(await here.ask("one more", ttl_seconds=0.01)) == "expired"
        assert len(here.engine.done) == MAX_AT_ONCE
        here.engine.go.set()
        assert {outcome.status for outcome in await asyncio.gather(*held)} == {"done"}


async def test_slow_ones_do_not_hold_up_the_others() -> None:
    async with world("lifecycle") as here:
        here.engine.slow = True
        here.engine.go.clear()
        for number in range(2 * MAX_AT_ONCE):
            assert (await here.ask(f"slow{number}")).status == "running"
        here.engine.slow = False
        here.engine.go.set()
        assert await here.ask("quick") == Outcome("quick", "done")


async def test_a_slow_one_frees_its_slot_once() -> None:
    async with world("lifecycle") as here:
        here.engine.slow = True
        assert (await here.ask("slow")).status == "running"
        here.engine.slow = False
        here.engine.go.clear()
        asked = [asyncio.create_task(here.ask(f"op{n}")) for n in range(MAX_AT_ONCE)]
        while len(here.engine.done) < 1 + MAX_AT_ONCE:
            await asyncio.sleep(0)
        assert kind(await here.ask("one more", ttl_seconds=0.01)) == "expired"
        here.engine.go.set()
        await asyncio.gather(*asked)


async def test_more_than_can_wait_are_refused_at_once() -> None:
    async with world("lifecycle") as here:
        here.engine.go.clear()
        waiting = [asyncio.create_task(here.ask(f"op{n}")) for n in range(MAX_WAITING)]
        await asyncio.sleep(0)
        assert kind(await here.ask("one more")) == "expired"
        here.engine.go.set()
        await asyncio.gather(*waiting)
        assert await here.ask("one more") == Outcome("one more", "done")


async def test_a_parameter_the_action_does_not_take_is_named() -> None:
    async with world("lifecycle") as here:
        here.engine.result = InvalidParameter("stop does not take 'x'")
        outcome = await here.ask()
        assert kind(outcome) == "invalid"


async def test_a_failure_of_ours_is_an_outcome_too(caplog: pytest.LogCaptureFixture) -> None:
    async with world("lifecycle") as here:
        here.engine.result = RuntimeError("oops")
        assert kind(await here.ask()) == "engine"
    assert "carrying out stop failed" in caplog.text
