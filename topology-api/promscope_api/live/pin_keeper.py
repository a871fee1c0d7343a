"""Pins, kept in the store and told to the graph process, which puts the nodes there."""

from __future__ import annotations

import asyncio
import logging

from promscope_api.graph import channel
from promscope_api.graph.views import find
from promscope_api.live.graph_link import GraphLink
from promscope_api.store.pins import Pins, Point
from promscope_api.store.store import StoreUnavailable

#: How often another replica's pins are looked for.
FOLLOW_SECONDS = 2.0

log = logging.getLogger(__name__)


class PinKeeper:
    """A LinkListener. `put` and `remove` may be called from any thread, the rest in the loop."""

    def __init__(self, link: GraphLink, pins: Pins) -> None:
        self._link = link
        self._pins = pins
        self._loop: asyncio.AbstractEventLoop | None = None
        self._telling = asyncio.Lock()
        self._told: dict[str, dict[str, Point]] = {}

    def of(self, view: str) -> dict[str, Point]:
        """Node → where it is pinned in this view. Raises StoreUnavailable."""
        return self._pins.of(view)

    def put(self, view: str, node: str, at: Point) -> None:
        """Pin a node, for everybody and until it is taken away. Raises TooManyPins and
        StoreUnavailable.
        """
        self._pins.put(view, node, at)
        self._tell_soon()

    def remove(self, view: str, node: str) -> bool:
        """Take a pin away; False where there was none. Raises StoreUnavailable."""
        had = bool(self._pins.remove(view, [node]))
        self._tell_soon()
        return had

    async def follow(self) -> None:
        """Look for what other replicas pinned, for ever. Only a shared store needs it."""
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            await self._tell()

    def graph_started(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._told.clear()
        self._tell_soon()

    def graph_pushed(self, push: channel.Push) -> None: ...

    def layout_moved(self, moved: channel.LayoutMoved) -> None:
        """What is off the map for good needs its pin no more."""
        gone = [node for node in moved.gone if node in self._told.get(moved.view, {})]
        if gone:
            asyncio.get_running_loop().create_task(self._forget(moved.view, gone))

    async def _forget(self, view: str, nodes: list[str]) -> None:
        try:
            await asyncio.to_thread(self._pins.remove, view, nodes)
        except StoreUnavailable as error:
            log.error("pins of what is gone cannot be removed: %s", error)
        await self._tell()

    def _tell_soon(self) -> None:
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._tell(), self._loop)

    async def _tell(self) -> None:
        """Tell the graph of every view whose pins are not those that it was told."""
        async with self._telling:
            try:
                pins = await asyncio.to_thread(self._pins.all)
            except StoreUnavailable as error:
                log.error("the pins cannot be read: %s", error)
                return
            for view in {*pins, *self._told}:
                wanted = pins.get(view, {})
                if wanted != self._told.get(view, {}) and find(view) is not None:
                    self._link.tell("pins", view=view, pins=wanted)
                    self._told[view] = wanted
