"""What may look different when a container changes."""

from __future__ import annotations

from promscope_api.graph.overlay import Overlay
from promscope_api.graph.reach import reach
from promscope_api.graph.world import World, compose, recompose
from promscope_wire import ids
from tests.fleet.snapshots import (
    HOST,
    HOST_ID,
    change,
    cid,
    container,
    hello,
    host,
    inventory,
    process,
    record,
    snapshot,
)

B = "host:00000000000000bb"


def worlds(*changes: tuple[int, str | None, str]) -> tuple[World, World]:
    """Before and after (container, state, compose project)."""
    snap = snapshot(
        [host(), host("00000000000000bb")],
        [container(1), container(2), container(8, host=B, compose_project="shop")],
        (),
        [process(cid(1), "redis"), process(cid(2), "nginx")],
    )
    overlay = Overlay()
    overlay.connected(hello())
    overlay.inventory(HOST_ID, inventory(1, record(1), record(2)))
    before = compose(snap, overlay)
    for sequence, (number, state, project) in enumerate(changes, 2):
        labels = {"com.docker.compose.project": project} if project else {}
        overlay.change(HOST_ID, change(sequence, number, state, labels=labels))
    return before, recompose(before, overlay, {cid(number) for number, _, _ in changes})


def test_a_container_its_host_and_its_processes() -> None:
    before, after = worlds((1, "paused", ""))
    assert reach(before, after, {cid(1)}) == {cid(1), HOST, ids.processes(cid(1), "redis")}


def test_one_that_went() -> None:
    before, after = worlds((2, None, ""))
    assert reach(before, after, {cid(2)}) == {cid(2), HOST, ids.processes(cid(2), "nginx")}
    assert cid(2) not in after.containers


def test_a_project_that_comes_to_a_second_host_is_called_otherwise_on_the_first() -> None:
    before, after = worlds((5, "running", "shop"))
    assert reach(before, after, {cid(5)}) == {cid(5), HOST, cid(8)}
