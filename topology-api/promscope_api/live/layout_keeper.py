"""Places of the map, kept in the store and given back to a graph process that starts."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from promscope_api.graph import channel
from promscope_api.graph.views import VIEWS, find
from promscope_api.live.graph_link import GraphLink
from promscope_api.store.positions import Position, Positions
from promscope_api.store.store import StoreUnavailable

#: Views whose places are kept: anybody may make up one more by naming a label.
MAX_VIEWS = 256

#: How often another replica's places are looked for.
FOLLOW_SECONDS = 3.0

log = logging.getLogger(__name__)


class LayoutKeeper:
    """A LinkListener. One thread talks to the store, so places are kept in order."""

    def __init__(self, link: GraphLink, positions: Positions) -> None:
        self._link = link
        self._positions = positions
        self._thread = ThreadPoolExecutor(1, "layout")
        self._views = set(VIEWS)
        self._seen: dict[str, int] = {}
        self._groups: dict[tuple[str, str], str] = {}

    async def follow(self) -> None:
        """Look for what other replicas wrote, for ever: whatever was written last is where things
        are. Only a shared store needs it.
        """
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            await loop.run_in_executor(self._thread, self._tell, loop, "moved")

    def graph_started(self) -> None:
        self._seen.clear()
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._thread, self._tell, loop, "layout")

    def graph_pushed(self, push: channel.Push) -> None: ...

    def layout_moved(self, moved: channel.LayoutMoved) -> None:
        asyncio.get_running_loop().run_in_executor(self._thread, self._keep, moved)

    def _tell(self, loop: asyncio.AbstractEventLoop, what: str) -> None:
        """Tell the graph of every view that was written since it was told or wrote itself."""
        try:
            versions = self._positions.versions()
            news = {
                view: self._positions.load(view)
                for view, version in versions.items()
                if version != self._seen.get(view) and find(view) is not None
            }
        except StoreUnavailable as error:
            log.error("the saved layout cannot be read, places may differ from it: %s", error)
            return
        self._seen.update(versions)
        for view, positions in news.items():
            self._views.add(view)
            places = {}
            for (group, node), at in positions.items():
                self._groups[view, node] = group
                places[node] = msgspec.to_builtins(channel.Place(group, at.x, at.y, at.radius))
            loop.call_soon_threadsafe(partial(self._link.tell, what, view=view, places=places))

    def _keep(self, moved: channel.LayoutMoved) -> None:
        view = moved.view
        if view not in self._views and len(self._views) >= MAX_VIEWS:
            return
        self._views.add(view)
        stale = {
            (self._groups[view, node], node)
            for node in (*moved.gone, *moved.places)
            if (view, node) in self._groups
        }
        positions = {
            (place.group, node): Position(place.x, place.y, place.radius)
            for node, place in moved.places.items()
        }
        try:
            version = self._positions.write(view, positions, stale)
        except StoreUnavailable as error:
            log.error("the layout cannot be kept: %s", error)
            return
        if version == self._seen.get(view, 0) + 1:
            self._seen[view] = version
        for _, node in stale:
            del self._groups[view, node]
        for node, place in moved.places.items():
            self._groups[view, node] = place.group
