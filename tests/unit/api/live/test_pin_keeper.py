"""Pins are kept in the store and told to the graph, whoever put them and when."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promscope_api.graph.channel import LayoutMoved
from promscope_api.graph.graph import Graph
from promscope_api.live import pin_keeper
from promscope_api.live.pin_keeper import PinKeeper
from promscope_api.store.pins import Pins
from promscope_api.store.store import Store, StoreUnavailable
from tests.fleet.link import DirectLink
from tests.trust.until import until


@pytest.fixture
def pins(tmp_path: Path) -> Iterator[Pins]:
    with Store.open(tmp_path) as store:
        yield Pins(store)


@pytest.fixture
def link() -> DirectLink:
    return DirectLink(Graph())


def told(link: DirectLink) -> list[Any]:
    assert all(what == "pins" for what, _ in link.told)
    return [(arguments["view"], arguments["pins"]) for _, arguments in link.told]


async def test_a_graph_that_starts_is_told_every_pin_and_then_what_changes(
    link: DirectLink, pins: Pins
) -> None:
    pins.put("hosts", "host:a", (1, 2))
    pins.put("a-view-of-another-version", "host:a", (1, 2))
    keeper = PinKeeper(link, pins)
    keeper.graph_started()
    await until(lambda: told(link) == [("hosts", {"host:a": (1, 2)})], "the saved pin is told")
    link.told.clear()
    await asyncio.to_thread(keeper.put, "hosts", "host:b", (3, 4))
    both = [("hosts", {"host:a": (1, 2), "host:b": (3, 4)})]
    await until(lambda: told(link) == both, "the new pin is told")
    link.told.clear()
    assert await asyncio.to_thread(keeper.remove, "hosts", "host:a")
    await until(lambda: told(link) == [("hosts", {"host:b": (3, 4)})], "the old pin is gone")
    assert not await asyncio.to_thread(keeper.remove, "hosts", "host:a")
    assert keeper.of("hosts") == {"host:b": (3, 4)}


async def test_a_graph_that_starts_again_is_told_again(link: DirectLink, pins: Pins) -> None:
    pins.put("hosts", "host:a", (1, 2))
    keeper = PinKeeper(link, pins)
    for times in (1, 2):
        keeper.graph_started()
        await until(lambda times=times: len(link.told) == times, "the pin is told")  # type: ignore[misc]


async def test_what_left_the_map_for_good_loses_its_pin(link: DirectLink, pins: Pins) -> None:
    pins.put("hosts", "host:a", (1, 2))
    keeper = PinKeeper(link, pins)
    keeper.graph_started()
    await until(lambda: link.told, "the pin is told")
    keeper.layout_moved(LayoutMoved("hosts", {}, ["host:b"]))
    keeper.layout_moved(LayoutMoved("hosts", {}, ["host:a"]))
    await until(lambda: told(link)[-1] == ("hosts", {}), "it is taken away")
    assert pins.all() == {}


async def test_pins_of_another_replica_are_followed(
    link: DirectLink, pins: Pins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pin_keeper, "FOLLOW_SECONDS", 0.01)
    keeper = PinKeeper(link, pins)
    keeper.graph_started()
    following = asyncio.create_task(keeper.follow())
    pins.put("hosts", "host:a", (1, 2))
    await until(lambda: told(link) == [("hosts", {"host:a": (1, 2)})], "the other's pin is told")
    following.cancel()


async def test_a_store_that_fails_is_logged_and_the_map_goes_on(
    link: DirectLink,
    pins: Pins,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise StoreUnavailable("disk full")

    monkeypatch.setattr(pins, "all", fail)
    PinKeeper(link, pins).graph_started()
    await until(lambda: "disk full" in caplog.text, "the failure is logged")
    assert link.told == []
