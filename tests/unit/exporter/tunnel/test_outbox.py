"""The API is told the truth in bounded memory, however slowly it reads."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from promscope_exporter.activity import Activities
from promscope_exporter.inventory import Inventory
from promscope_exporter.sources.clock import Clock
from promscope_exporter.tunnel import outbox as module
from promscope_exporter.tunnel.outbox import MAX_CHANGES, MAX_EVENTS, Outbox
from promscope_wire.frames import (
    Activity,
    Answer,
    Change,
    EdgeState,
    Outcome,
    ProcessEvent,
    ProcessRecord,
    decode_from_probe,
)
from promscope_wire.frames import Inventory as InventoryFrame
from tests.trust.probe import FULL_ID, NODE, record


def make() -> tuple[Inventory, Outbox]:
    inventory = Inventory(Clock(), 15.0, "e")
    outbox = Outbox(inventory.snapshot)
    inventory.subscribe(outbox.change)
    return inventory, outbox


async def take(outbox: Outbox) -> object:
    message = await outbox.next(5.0)
    assert message is not None
    return decode_from_probe(message)


async def test_first_everything_then_each_change() -> None:
    inventory, outbox = make()
    inventory.update("create", record("created"))
    first = await take(outbox)
    assert isinstance(first, InventoryFrame)
    assert [one.state for one in first.containers] == ["created"]
    inventory.update("start", record("running"))
    second = await take(outbox)
    assert isinstance(second, Change)
    assert (second.event, second.sequence) == ("start", 2)


async def test_nothing_to_say_is_said_in_time() -> None:
    _, outbox = make()
    await take(outbox)
    assert await outbox.next(0.01) is None
    assert await outbox.next(0.0) is None


async def test_changes_that_pile_up_become_one_inventory_and_are_counted() -> None:
    inventory, overruns = Inventory(Clock(), 15.0, "e"), []
    outbox = Outbox(inventory.snapshot, overran=lambda: overruns.append(1))
    inventory.subscribe(outbox.change)
    await take(outbox)
    for number in range(MAX_CHANGES + 10):
        inventory.update("x", record("running", pid=number + 1))
    frame = await take(outbox)
    assert isinstance(frame, InventoryFrame)
    assert frame.sequence == MAX_CHANGES + 10
    assert overruns == [1]
    assert await outbox.next(0.01) is None


async def test_a_change_that_the_inventory_has_is_not_told_again() -> None:
    inventory = Inventory(Clock(), 15.0, "e")
    outbox = Outbox(inventory.snapshot)
    inventory.update("create", record("created"))
    await take(outbox)
    outbox.change(Change("e", 1, "create", NODE, record("created")))
    assert await outbox.next(0.01) is None


async def test_a_missing_change_becomes_an_inventory() -> None:
    inventory, outbox = make()
    await take(outbox)
    inventory.update("create", record("created"))
    await take(outbox)
    outbox.change(Change("e", 5, "start", NODE, record("running")))
    assert isinstance(await take(outbox), InventoryFrame)


async def test_outcomes_go_before_everything_else() -> None:
    _, outbox = make()
    outbox.answer(Answer("1"))
    outbox.outcome(Outcome("op", "done"))
    assert await take(outbox) == Outcome("op", "done")
    assert isinstance(await take(outbox), InventoryFrame)
    assert await take(outbox) == Answer("1")


async def test_changes_may_come_from_another_thread() -> None:
    inventory, outbox = make()
    await take(outbox)
    threading.Timer(0.05, inventory.update, ["create", record("created")]).start()
    change = await take(outbox)
    assert isinstance(change, Change)


async def test_an_inventory_over_the_limit_goes_without_its_bulk(monkeypatch: object) -> None:
    monkeypatch.setattr(module, "MAX_FRAME_BYTES", 4000)  # type: ignore[attr-defined]
    inventory, outbox = make()
    inventory.update("create", record("running", labels={"a": "x" * 5000}))
    frame = await take(outbox)
    assert isinstance(frame, InventoryFrame)
    assert (frame.containers[0].name, frame.containers[0].labels) == ("web", {})


async def test_an_answer_over_the_limit_is_cut_and_says_so(monkeypatch: object) -> None:
    monkeypatch.setattr(module, "MAX_FRAME_BYTES", 4000)  # type: ignore[attr-defined]
    _, outbox = make()
    await take(outbox)
    process = ProcessRecord("process:a:1:1", 1, 0, "host:a", "sh", "y" * 100)
    outbox.answer(Answer("1", (process,) * 100))
    answer = await take(outbox)
    assert isinstance(answer, Answer)
    assert 0 < len(answer.processes) < 100
    assert answer.truncated


@given(st.lists(st.sampled_from("+-.t"), max_size=60))
async def test_whatever_happens_between_reads_the_reader_ends_with_the_truth(steps: str) -> None:
    """`+` and `-`: containers come and go; `.`: one message is read; `t`: told twice."""
    inventory, outbox = make()
    held: dict[str, object] = {}

    def apply(frame: object) -> None:
        nonlocal held
        if isinstance(frame, InventoryFrame):
            held = {one.node: one for one in frame.containers}
        elif isinstance(frame, Change):
            held.pop(frame.node, None)
            if frame.container is not None:
                held[frame.node] = frame.container

    for number, step in enumerate(steps, 1):
        container_id = f"{number % 4:012x}" + FULL_ID[12:]
        if step == "+":
            inventory.update("start", record("running", container_id, pid=number))
        elif step == "-":
            inventory.remove("destroy", f"container:{container_id[:12]}")
        elif step == "t":
            outbox.change(Change("e", inventory.sequence, "x", NODE, None))
        else:
            message = await outbox.next(0.0)
            apply(decode_from_probe(message) if message else None)
    while (message := await outbox.next(0.0)) is not None:
        apply(decode_from_probe(message))
    assert held == {one.node: one for one in inventory.snapshot().containers}


def edge(number: int, *, is_open: bool = True) -> EdgeState:
    return EdgeState(NODE, "192.0.2.1", number, "tcp", is_open)


async def watched(*already: EdgeState) -> tuple[Activities, Outbox]:
    """An outbox of which the inventory is told already."""
    activities = Activities()
    activities.tell(already)
    outbox = Outbox(Inventory(Clock(), 15.0, "e").snapshot, activities.open_edges)
    activities.listen(outbox.activity)
    await take(outbox)
    assert await outbox.next(0.01) is None
    return activities, outbox


async def test_what_happens_while_it_waits_is_one_message() -> None:
    activities, outbox = await watched()
    for number in range(10):
        activities.tell([edge(1, is_open=number % 2 == 0)])
    activities.tell([edge(2)], [ProcessEvent("exec", NODE, 7, "sh")])
    assert await take(outbox) == Activity(
        "e", (edge(1, is_open=False), edge(2)), (ProcessEvent("exec", NODE, 7, "sh"),)
    )
    assert await outbox.next(0.01) is None


async def test_whoever_begins_to_watch_is_told_all_open_edges() -> None:
    _, outbox = await watched(edge(1), edge(2))
    outbox.all_activity()
    assert await take(outbox) == Activity("e", (edge(1), edge(2)), complete=True)


async def test_after_a_loss_all_open_edges_are_told_anew() -> None:
    activities, outbox = await watched()
    activities.tell([edge(1)])
    await take(outbox)
    activities.tell([edge(2)], lost=7)
    assert await take(outbox) == Activity("e", (edge(1), edge(2)), complete=True, lost=7)


async def test_a_storm_of_edges_and_processes_stays_bounded_and_ends_in_the_truth() -> None:
    activities, outbox = await watched()
    began = [ProcessEvent("exec", NODE, pid, "sh") for pid in range(100)]
    for second in range(50):
        activities.tell([edge(number) for number in range(second * 100, second * 100 + 100)], began)
        if second % 2:
            activities.tell([edge(number, is_open=False) for number in range(second * 50)])
    told = await take(outbox)
    assert isinstance(told, Activity)
    assert told.complete
    assert set(told.edges) == set(activities.open_edges())
    assert len(told.processes) == MAX_EVENTS
    assert told.lost == 50 * 100 - MAX_EVENTS
    assert await outbox.next(0.01) is None
