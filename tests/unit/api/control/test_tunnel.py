"""One tunnel without its socket: what is in flight always ends."""

from __future__ import annotations

import asyncio

import pytest

from promscope_api.control.tunnel import QUEUE_FRAMES, Tunnel, TunnelEnded
from promscope_wire.frames import (
    PROTOCOL,
    Activity,
    Answer,
    Change,
    Control,
    Hello,
    Inventory,
    Outcome,
    Problem,
    Query,
    Watch,
    decode_from_api,
)
from tests.trust.probe import NODE, record
from tests.trust.until import until

HELLO = Hello(PROTOCOL, "host-a", "machine-a", "1", "e", ("lifecycle",), 0.0)
STOP = Control("op", "stop", NODE, 8.0)


class Sent:
    """A socket; `open` lets messages through."""

    def __init__(self) -> None:
        self.frames: list[object] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, text: str) -> None:
        await self.open.wait()
        self.frames.append(decode_from_api(text))


def make(epoch: str = "e") -> tuple[Tunnel, Sent]:
    sent = Sent()
    hello = Hello(PROTOCOL, "host-a", "machine-a", "1", epoch, ("lifecycle",), 0.0)
    return Tunnel(hello, "192.0.2.1", sent), sent


def nothing(_: Outcome) -> None:
    raise AssertionError("nothing comes late")


async def test_changes_are_applied_in_order() -> None:
    tunnel, _ = make()
    tunnel.take_inventory(Inventory("e", 3, (record(),)))
    assert not tunnel.take_change(Change("e", 3, "start", NODE, record("paused")))
    assert tunnel.records[NODE].state == "running"
    assert tunnel.take_change(Change("e", 4, "pause", NODE, record("paused")))
    assert tunnel.records[NODE].state == "paused"
    assert tunnel.take_change(Change("e", 5, "destroy", NODE))
    assert tunnel.records == {}


@pytest.mark.parametrize(
    ("inventory", "change"),
    [
        (None, Change("e", 1, "start", NODE)),
        (Inventory("e", 3, ()), Change("e", 5, "start", NODE)),
        (Inventory("e", 3, ()), Change("other", 4, "start", NODE)),
        (Inventory("e", 3, ()), Change("e", 4, "start", "container:ffffffffffff", record())),
    ],
)
async def test_a_gap_another_start_or_two_containers_end_it(
    inventory: Inventory | None, change: Change
) -> None:
    tunnel, _ = make()
    if inventory:
        tunnel.take_inventory(inventory)
    with pytest.raises(TunnelEnded):
        tunnel.take_change(change)


async def test_changes_do_not_add_containers_above_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("promscope_api.control.tunnel.MAX_CONTAINERS", 1)
    tunnel, _ = make()
    other = record(container_id="f" * 64)
    tunnel.take_inventory(Inventory("e", 1, (record(),)))
    assert tunnel.take_change(Change("e", 2, "pause", NODE, record("paused")))
    with pytest.raises(TunnelEnded) as ended:
        tunnel.take_change(Change("e", 3, "create", other.node, other))
    assert ended.value.code == 4400
    assert list(tunnel.records) == [NODE]


async def test_an_outcome_reaches_who_asked() -> None:
    tunnel, _ = make()
    asked = asyncio.create_task(tunnel.act(STOP, 5.0, nothing))
    await asyncio.sleep(0)
    tunnel.take_outcome(Outcome("another", "done"))
    tunnel.take_outcome(Outcome("op", "done"))
    tunnel.take_outcome(Outcome("op", "failed"))
    assert await asked == Outcome("op", "done")


async def test_a_slow_one_is_answered_first_and_told_late() -> None:
    tunnel, _ = make()
    late: list[Outcome] = []
    asked = asyncio.create_task(tunnel.act(STOP, 5.0, late.append))
    await asyncio.sleep(0)
    tunnel.take_outcome(Outcome("op", "running"))
    tunnel.take_outcome(Outcome("op", "running"))
    assert (await asked).status == "running"
    assert late == []
    tunnel.take_outcome(Outcome("op", "done"))
    assert late == [Outcome("op", "done")]


async def test_without_an_answer_it_is_unknown_until_its_outcome_comes() -> None:
    tunnel, _ = make()
    late: list[Outcome] = []
    outcome = await tunnel.act(STOP, 0.01, late.append)
    assert outcome.problem is not None
    assert outcome.problem.kind == "unknown"
    for status in ("running", "done", "failed"):
        tunnel.take_outcome(Outcome("op", status))
    assert late == [Outcome("op", "done")]


async def test_what_was_told_as_unknown_is_not_told_again_when_the_tunnel_is_lost() -> None:
    tunnel, _ = make()
    await tunnel.act(STOP, 0.01, nothing)
    tunnel.abandon()
    tunnel.take_outcome(Outcome("op", "done"))


async def test_only_so_many_late_outcomes_are_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promscope_api.control.tunnel.MAX_OVERDUE", 1)
    tunnel, _ = make()
    late: list[Outcome] = []
    for name in ("first", "second"):
        await tunnel.act(Control(name, "stop", NODE, 8.0), 0.01, late.append)
    tunnel.take_outcome(Outcome("first", "done"))
    tunnel.take_outcome(Outcome("second", "done"))
    assert late == [Outcome("second", "done")]


async def test_a_lost_tunnel_ends_all_that_is_in_flight() -> None:
    tunnel, _ = make()
    late: list[Outcome] = []
    asked = asyncio.create_task(tunnel.act(STOP, 60.0, nothing))
    slow = asyncio.create_task(tunnel.act(Control("slow", "stop", NODE, 8.0), 60.0, late.append))
    question = asyncio.create_task(tunnel.ask(Query("q", "processes", NODE), 60.0))
    await asyncio.sleep(0)
    tunnel.take_outcome(Outcome("slow", "running"))
    await slow
    tunnel.abandon()
    outcome = await asked
    assert outcome.problem is not None
    assert outcome.problem.kind == "unknown"
    assert late[0].problem is not None
    assert late[0].problem.kind == "unknown"
    answer = await question
    assert answer.request_id == "q"
    assert answer.problem is not None
    assert answer.problem.kind == "offline"


async def test_a_question_has_its_answer() -> None:
    tunnel, sent = make()
    writing = asyncio.create_task(tunnel.write(5.0))
    asked = asyncio.create_task(tunnel.ask(Query("mine", "processes", NODE), 5.0))
    while not sent.frames:
        await asyncio.sleep(0)
    (query,) = sent.frames
    assert isinstance(query, Query)
    tunnel.take_answer(Answer(query.request_id, truncated=True, problem=Problem("engine", "x")))
    answer = await asked
    assert (answer.request_id, answer.truncated) == ("mine", True)
    writing.cancel()


async def test_a_question_nobody_answers_ends() -> None:
    tunnel, _ = make()
    answer = await tunnel.ask(Query("q", "processes", NODE), 0.05)
    assert answer.problem is not None
    assert answer.problem.kind == "timeout"


async def test_a_probe_that_reads_too_slowly_is_let_go() -> None:
    tunnel, sent = make()
    sent.open.clear()
    for number in range(QUEUE_FRAMES):
        assert tunnel.post(Control(str(number), "stop", NODE, 8.0))
    outcome = await tunnel.act(STOP, 5.0, nothing)
    assert outcome.problem is not None
    assert outcome.problem.kind == "offline"
    assert tunnel.ended.done()
    with pytest.raises(TunnelEnded, match="too slowly"):
        await tunnel.write(0.05)


async def test_the_probe_is_asked_to_look_while_somebody_watches() -> None:
    tunnel, sent = make()
    writing = asyncio.ensure_future(tunnel.write(5.0))
    heard: list[tuple[str, Activity]] = []
    first = tunnel.watch(lambda activity: heard.append(("first", activity)))
    second = tunnel.watch(lambda activity: heard.append(("second", activity)))
    one = Activity("e", lost=1)
    tunnel.take_activity(one)
    first()
    tunnel.take_activity(one)
    second()
    tunnel.take_activity(one)
    assert heard == [("first", one), ("second", one), ("second", one)]
    await until(lambda: len(sent.frames) == 3, "what the probe is told")
    assert sent.frames == [Watch(True), Watch(True), Watch(False)]
    writing.cancel()
