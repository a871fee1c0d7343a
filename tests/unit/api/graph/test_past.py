"""Past moments: rounded, built one at a time, kept, or refused in words."""

from __future__ import annotations

import asyncio
import threading

import pytest

from promscope_api.graph import past as module
from promscope_api.graph.graph import Graph
from promscope_api.graph.past import BadMoment, Busy, NotRemembered, Past
from promscope_api.graph.snapshot import Snapshot
from tests.fleet.snapshots import cid, container, host, shop, snapshot

NOW = 100_000.0


class Refresher:
    """Answers `given`, notes the moments and how many builds ran at once."""

    def __init__(self, given: Snapshot) -> None:
        self.given = given
        self.asked: list[float] = []
        self.together = self.most = 0
        self.go = threading.Event()
        self.go.set()

    def snapshot(self, at: float) -> Snapshot:
        self.asked.append(at)
        self.together += 1
        self.most = max(self.most, self.together)
        assert self.go.wait(30)
        self.together -= 1
        return self.given


def made(given: Snapshot) -> tuple[Past, Refresher, Graph]:
    present = Graph()
    present.take(shop())
    refresher = Refresher(given)
    past = Past(refresher, present, 15.0, lambda: NOW)  # type: ignore[arg-type]
    return past, refresher, present


async def test_moment_is_rounded_down_to_the_scrape_interval_and_kept() -> None:
    past, refresher, _ = made(snapshot([host()], [container(7)]))
    first = await past.graph(50_003.0)
    assert await past.graph(50_009.5) is first
    assert refresher.asked == [49_995.0]
    assert first.at == 49_995.0
    assert list(first.world.containers) == [cid(7)]


async def test_only_the_last_moments_are_kept() -> None:
    past, refresher, _ = made(shop())
    for number in range(module.KEPT + 1):
        await past.graph(15.0 * (number + 1))
    await past.graph(15.0 * (module.KEPT + 1))
    assert len(refresher.asked) == module.KEPT + 1
    await past.graph(15.0)
    assert len(refresher.asked) == module.KEPT + 2


async def test_one_moment_is_built_at_a_time_and_few_wait() -> None:
    past, refresher, _ = made(shop())
    refresher.go.clear()
    tasks = [
        asyncio.create_task(past.graph(15.0 * (number + 1))) for number in range(module.MAX_WAITING)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await past.graph(90_000.0)
    refresher.go.set()
    await asyncio.gather(*tasks)
    assert refresher.most == 1
    assert len(refresher.asked) == module.MAX_WAITING


async def test_two_who_ask_for_the_same_moment_share_it() -> None:
    past, refresher, _ = made(shop())
    one, two = await asyncio.gather(past.graph(600.0), past.graph(601.0))
    assert one is two
    assert refresher.asked == [600.0]


@pytest.mark.parametrize("at", [NOW + 1, 0.0, -5.0, float("nan"), float("inf")])
async def test_what_is_not_past_is_refused(at: float) -> None:
    with pytest.raises(BadMoment):
        await made(shop())[0].graph(at)


async def test_moment_that_prometheus_does_not_hold() -> None:
    past, _, _ = made(Snapshot())
    with pytest.raises(NotRemembered, match=r"1970-01-01T00:10:00.*retention"):
        await past.graph(600.0)


async def test_nodes_keep_the_places_they_have_now() -> None:
    past, _, present = made(shop())
    now = {node.id: node.position for node in present.view("containers").now.nodes}
    then = (await past.graph(600.0)).view("containers").now
    assert {node.id: node.position for node in then.nodes} == now
