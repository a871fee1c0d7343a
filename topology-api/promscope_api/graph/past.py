"""The graph at past moments: asked of Prometheus when somebody looks, the last ones kept."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from promscope_api.graph.graph import Graph
from promscope_api.graph.refresh import Refresher

#: Moments that are kept.
KEPT = 16
#: Builds that may wait while one runs.
MAX_WAITING = 8


class BadMoment(ValueError):
    """Not a moment of the past; the message says which are."""


class NotRemembered(Exception):
    """Prometheus holds nothing of that moment."""


class Busy(Exception):
    """Too many moments are asked for at once."""


class Past:
    """Graphs of past moments, rounded down to the scrape interval; one is built at a time.

    Used by the event loop; the queries and the build run in a thread. Nodes keep the places they
    have on the map of now.
    """

    def __init__(
        self,
        refresher: Refresher,
        present: Graph,
        scrape_interval: float,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._refresher = refresher
        self._present = present
        self._interval = scrape_interval
        self._wall_clock = wall_clock
        self._kept: OrderedDict[float, Graph] = OrderedDict()
        self._building = asyncio.Lock()
        self._waiting = 0

    async def graph(self, at: float) -> Graph:
        """The graph as it was. Raises BadMoment, NotRemembered, Busy, BadAnswer."""
        if not math.isfinite(at) or not 0 < at <= self._wall_clock():
            raise BadMoment("a moment of the past is after 1970 and not in the future")
        moment = math.floor(at / self._interval) * self._interval
        if moment in self._kept:
            self._kept.move_to_end(moment)
            return self._kept[moment]
        if self._waiting >= MAX_WAITING:
            raise Busy("other moments of the past are being built; ask again in a few seconds")
        self._waiting += 1
        try:
            async with self._building:
                if moment not in self._kept:
                    self._kept[moment] = await self._build(moment)
                    while len(self._kept) > KEPT:
                        self._kept.popitem(last=False)
                return self._kept[moment]
        finally:
            self._waiting -= 1

    async def _build(self, moment: float) -> Graph:
        snapshot = await asyncio.to_thread(self._refresher.snapshot, moment)
        if not snapshot.hosts:
            when = datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
            raise NotRemembered(
                f"Prometheus remembers no probe at {when}: that is before its first scrape of one"
                " or beyond its retention (--storage.tsdb.retention.time)"
            )
        graph = Graph(self._wall_clock, moment, self._present)
        graph.take(snapshot)
        return graph
