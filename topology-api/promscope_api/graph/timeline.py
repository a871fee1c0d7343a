"""What happened: the lifecycle events of containers, from the counters of the probes, and hosts
that left the map, from the end of their series.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection

import msgspec

from promscope_api.graph.sparklines import UnknownRange
from promscope_api.prometheus import queries
from promscope_api.prometheus.answer import BadAnswer, Line, decoder, parse
from promscope_api.prometheus.backends import Source
from promscope_api.prometheus.labels import EventLabels, HostLabels
from promscope_wire import ids

MIN_SECONDS = 60
MAX_SECONDS = 7 * 24 * 3600
#: Points of one counter that are asked for: how finely a long range is told.
_POINTS = 500
#: Events that are listed, the newest.
LISTED = 1000


class Event(msgspec.Struct, frozen=True):
    """Something that happened `count` times within the `step` seconds before `at`. `left` is a
    host's, all others are events of containers.
    """

    at: float
    node: str
    name: str
    event: str
    count: int


class Timeline(msgspec.Struct, frozen=True):
    """Events of one container, of a host and its containers, or of all ("" as `id`), the newest
    first. `start` and `end` in Unix seconds; `truncated`: there were more.
    """

    id: str
    start: float
    end: float
    step: int
    events: list[Event]
    truncated: bool


_decoder = decoder(Line[EventLabels])
_hosts = decoder(Line[HostLabels])


class Timelines:
    """Asks for timelines. Thread-safe."""

    def __init__(
        self,
        source: Source,
        scope: queries.Scope,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._scope = scope
        self._wall_clock = wall_clock

    def of(
        self,
        node: str,
        seconds: int,
        until: float | None = None,
        only: Collection[str] | None = None,
    ) -> Timeline:
        """The events of the `seconds` before a moment, None: now. `node`: a container or host
        id, "" for all; `only`: the containers that may be told of, and no hosts; None:
        all. Raises UnknownRange, BadAnswer.
        """
        if not MIN_SECONDS <= seconds <= MAX_SECONDS:
            raise UnknownRange(
                f"range is between {MIN_SECONDS} s and {MAX_SECONDS // 86400} d, such as 1h"
            )
        step = max(math.ceil(self._scope.scrape_interval), math.ceil(seconds / _POINTS))
        end = math.floor((until or self._wall_clock()) / step) * step
        start = end - math.floor(seconds / step) * step
        about = ids.parse(node) if node else None
        asked = queries.event_queries(self._scope, about, step, end - start + step)
        highest, lowest = (self._lines(promql, start, end, step) for promql in asked)
        events = [
            event
            for labels, points in highest.items()
            for event in _events(labels, points, lowest[labels], start)
            if only is None or event.node in only
        ]
        if only is None and (about is None or about.kind == "host"):
            events += self._left(queries.left_query(self._scope, about, step), start, end, step)
        events.sort(key=lambda event: (-event.at, event.name, event.event))
        return Timeline(node, float(start), float(end), step, events[:LISTED], len(events) > LISTED)

    def _left(self, promql: str, start: float, end: float, step: float) -> list[Event]:
        body = self._source.query_range(promql, start + step, end, step)
        return [
            Event(at, ids.host(line.metric.host_id), line.metric.hostname, "left", 1)
            for line in parse(body, _hosts)
            if line.metric.host_id
            for at, _ in line.values
        ]

    def _lines(
        self, promql: str, start: float, end: float, step: float
    ) -> defaultdict[EventLabels, dict[float, float]]:
        body = self._source.query_range(promql, start, end, step)
        found: defaultdict[EventLabels, dict[float, float]] = defaultdict(dict)
        try:
            for line in parse(body, _decoder):
                found[line.metric].update((at, float(value)) for at, value in line.values)
        except ValueError as error:
            raise BadAnswer(f"the answer holds what is not a number: {error}"[:200]) from None
        return found


def _events(
    labels: EventLabels, highest: dict[float, float], lowest: dict[float, float], start: float
) -> list[Event]:
    """The increases of one counter from step to step, whatever happened between the scrapes."""
    found = []
    before: float | None = None
    for at in sorted(highest):
        high = highest[at]
        # A probe counts a newborn's events from 0; one that was there before keeps its number.
        base = lowest.get(at, high) if before is None else before
        count = high - base if high >= base else high
        before = high
        if at > start and count >= 0.5 and math.isfinite(count):
            node = f"container:{labels.container_id}"
            found.append(Event(at, node, labels.name, labels.event, round(count)))
    return found
