"""The recent past of one node's numbers, from range queries in 15-second steps."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from promscope_api.graph.model import Limits
from promscope_api.prometheus import queries
from promscope_api.prometheus.answer import BadAnswer, Line, decoder, parse
from promscope_api.prometheus.backends import Source
from promscope_api.prometheus.labels import NoLabels
from promscope_wire import ids

STEP = 15
MIN_SECONDS = 60
MAX_SECONDS = 6 * 3600
_KEPT = 256


class UnknownRange(ValueError):
    """The range is out of bounds; the message says which are allowed."""


class Series(msgspec.Struct, frozen=True):
    """One line. `points`: (Unix seconds, value), a value every step, None where there is none;
    `promql` is the query behind it.
    """

    name: str
    label: str
    unit: queries.Unit
    points: list[tuple[float, float | None]]
    limit: float | None
    promql: str


class History(msgspec.Struct, frozen=True):
    """`start` and `end` in Unix seconds, multiples of `step` seconds."""

    id: str
    start: float
    end: float
    step: int
    series: list[Series]


_decoder = decoder(Line[NoLabels])


class Sparklines:
    """Asks for histories and keeps the last ones for one step. Thread-safe enough: two threads
    that ask for the same at once both ask Prometheus.
    """

    def __init__(
        self,
        source: Source,
        scope: queries.Scope,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._scope = scope
        self._wall_clock = wall_clock
        self._kept: OrderedDict[tuple[str, int, float], History] = OrderedDict()

    def of(self, node: str, seconds: int, limits: Limits, until: float | None = None) -> History:
        """The `seconds` of a node before a moment, None: now. Raises UnknownRange, BadAnswer."""
        if not MIN_SECONDS <= seconds <= MAX_SECONDS:
            raise UnknownRange(
                f"range is between {MIN_SECONDS} s and {MAX_SECONDS // 3600} h, such as 15m"
            )
        end = math.floor((until or self._wall_clock()) / STEP) * STEP
        key = (node, seconds, end)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        start = end - math.floor(seconds / STEP) * STEP
        history = History(
            node, float(start), float(end), STEP,
            [
                self._series(query, start, end, limits)
                for query in queries.history_queries(self._scope, ids.parse(node))
            ],
        )  # fmt: skip
        self._kept[key] = history
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return history

    def _series(
        self, query: queries.HistoryQuery, start: float, end: float, limits: Limits
    ) -> Series:
        body = self._source.query_range(query.promql, start, end, STEP)
        lines = parse(body, _decoder)
        try:
            known = {round(at): float(value) for line in lines[:1] for at, value in line.values}
        except (ValueError, OverflowError) as error:
            raise BadAnswer(f"the answer holds what is not a number: {error}"[:200]) from None
        steps = range(int(start), int(end) + 1, STEP)
        points = [(float(at), _finite(known.get(at))) for at in steps]
        limit = getattr(limits, query.limit) if query.limit else None
        return Series(query.name, query.label, query.unit, points, limit, query.promql)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
