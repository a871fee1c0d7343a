"""Places survive in the store, and come back to a graph process that starts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promscope_api.graph.channel import LayoutMoved, Place
from promscope_api.graph.graph import Graph
from promscope_api.graph.views import VIEWS
from promscope_api.live import layout_keeper
from promscope_api.live.layout_keeper import MAX_VIEWS, LayoutKeeper
from promscope_api.store.positions import Position, Positions
from promscope_api.store.store import Store, StoreUnavailable
from tests.fleet.link import DirectLink
from tests.trust.until import until


@pytest.fixture
def positions(tmp_path: Path) -> Iterator[Positions]:
    with Store.open(tmp_path) as store:
        yield Positions(store)


async def settled(keeper: LayoutKeeper) -> None:
    """Once the keeper's thread has done what it was given."""
    await asyncio.wait_for(
        asyncio.get_running_loop().run_in_executor(keeper._thread, lambda: None), 10
    )
    await asyncio.sleep(0)


async def test_places_are_kept_replaced_and_forgotten(positions: Positions) -> None:
    keeper = LayoutKeeper(DirectLink(Graph()), positions)
    keeper.layout_moved(
        LayoutMoved("hosts", {"a": Place("", 1, 2, 3), "b": Place("g", 4, 5, 6)}, [])
    )
    keeper.layout_moved(LayoutMoved("hosts", {"b": Place("h", 7, 8, 9)}, ["a"]))
    await settled(keeper)
    assert positions.load("hosts") == {("h", "b"): Position(7, 8, 9)}


async def test_kept_places_come_back(positions: Positions) -> None:
    positions.write("hosts", {("g", "b"): Position(4, 5, 6)})
    positions.write("containers-by-label.team", {("", "label:x"): Position(7, 8, 9)})
    positions.write("a-view-of-another-version", {("", "a"): Position(1, 1)})
    link = DirectLink(Graph())
    keeper = LayoutKeeper(link, positions)
    keeper.graph_started()
    await settled(keeper)
    told = {arguments["view"]: arguments["places"] for _, arguments in link.told}
    assert told == {
        "hosts": {"b": {"group": "g", "x": 4.0, "y": 5.0, "radius": 6.0}},
        "containers-by-label.team": {"label:x": {"group": "", "x": 7.0, "y": 8.0, "radius": 9.0}},
    }
    keeper.layout_moved(LayoutMoved("hosts", {}, ["b"]))
    await settled(keeper)
    assert positions.load("hosts") == {}


async def test_views_by_label_that_are_kept_have_a_limit(positions: Positions) -> None:
    keeper = LayoutKeeper(DirectLink(Graph()), positions)
    for number in range(MAX_VIEWS):
        place = {"a": Place("", 1, 2, 3)}
        keeper.layout_moved(LayoutMoved(f"containers-by-label.l{number}", place, []))
    keeper.layout_moved(LayoutMoved("hosts", {"a": Place("", 1, 2, 3)}, []))
    await settled(keeper)
    assert len(positions.versions()) == MAX_VIEWS - len(VIEWS) + 1


async def test_store_that_fails_is_logged_and_the_map_goes_on(
    positions: Positions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise StoreUnavailable("disk full")

    for name in ("versions", "load", "write"):
        monkeypatch.setattr(positions, name, fail)
    link = DirectLink(Graph())
    keeper = LayoutKeeper(link, positions)
    keeper.graph_started()
    keeper.layout_moved(LayoutMoved("hosts", {"a": Place("", 1, 2, 3)}, []))
    await settled(keeper)
    assert link.told == []
    assert "disk full" in caplog.text


async def test_places_of_another_replica_are_taken_over(
    positions: Positions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout_keeper, "FOLLOW_SECONDS", 0.01)
    link = DirectLink(Graph())
    keeper = LayoutKeeper(link, positions)
    keeper.graph_started()
    following = asyncio.create_task(keeper.follow())
    keeper.layout_moved(LayoutMoved("hosts", {"a": Place("", 1, 2, 3)}, []))
    await until(positions.versions, "its own places are kept")
    positions.write("hosts", {("", "a"): Position(7, 8, 9)})
    await until(lambda: link.told, "the other's places are told")
    following.cancel()
    place = {"a": {"group": "", "x": 7.0, "y": 8.0, "radius": 9.0}}
    assert link.told == [("moved", {"view": "hosts", "places": place})]
