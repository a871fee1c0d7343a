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

log = logging.getLogger(__name__)


class LayoutKeeper:
    """A LinkListener. One thread talks to the store, so places are kept in order."""

    def __init__(self, link: GraphLink, positions: Positions) -> None:
        self._link = link
        self._positions = positions
        self._thread = ThreadPoolExecutor(1, "layout")
        self._views = set(VIEWS)
        self._groups: dict[tuple[str, str], str] = {}

    def graph_started(self) -> None:
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._thread, self._restore, loop)

    def graph_pushed(self, push: channel.Push) -> None: ...

    def layout_moved(self, moved: channel.LayoutMoved) -> None:
        asyncio.get_running_loop().run_in_executor(self._thread, self._keep, moved)

    def _restore(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            saved = {view: self._positions.load(view) for view in self._positions.views()}
        except StoreUnavailable as error:
            log.error("the saved layout cannot be read, the map is laid out anew: %s", error)
            return
        for view, positions in saved.items():
            if find(view) is None:
                continue
            self._views.add(view)
            places = {}
            for (group, node), at in positions.items():
                self._groups[view, node] = group
                places[node] = msgspec.to_builtins(channel.Place(group, at.x, at.y, at.radius))
            loop.call_soon_threadsafe(partial(self._link.tell, "layout", view=view, places=places))

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
        try:
            self._positions.forget(view, stale)
            for _, node in stale:
                del self._groups[view, node]
            self._positions.save(
                view,
                {
                    (place.group, node): Position(place.x, place.y, place.radius)
                    for node, place in moved.places.items()
                },
            )
        except StoreUnavailable as error:
            log.error("the layout cannot be kept: %s", error)
            return
        for node, place in moved.places.items():
            self._groups[view, node] = place.group
