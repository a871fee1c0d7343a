"""The series of one metric over a range, with limits on how much a question may cost."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import msgspec

from promscope_api.prometheus.answer import BadAnswer, Line, Sample, decoder, parse
from promscope_api.prometheus.backends import Source
from promscope_api.prometheus.labels import NoLabels
from promscope_api.prometheus.metric_query import BadQuery, Function, MetricQuery, ranged
from promscope_api.prometheus.queries import Scope

#: Series a question may select before it is refused, and series that are answered.
MAX_SERIES = 10_000
LISTED = 500


class MetricSeries(msgspec.Struct, frozen=True):
    """One series: its labels and (Unix seconds, value)."""

    labels: dict[str, str]
    points: list[tuple[float, float]]


class MetricRange(msgspec.Struct, frozen=True):
    """What was found, the series with the greatest last value first; `promql` is the query behind
    it; `truncated`: there were more than 500 series.
    """

    name: str
    promql: str
    start: float
    end: float
    step: int
    series: list[MetricSeries]
    truncated: bool


_lines = decoder(Line[dict[str, str]])
_samples = decoder(Sample[NoLabels])


class MetricSeriesReader:
    """Asks one backend, for one tenant. Thread-safe."""

    def __init__(
        self, source: Source, scope: Scope, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._source = source
        self._scope = scope
        self._wall_clock = wall_clock

    def read(
        self,
        name: str,
        matches: tuple[str, ...],
        by: tuple[str, ...],
        function: Function,
        start: float | None,
        end: float | None,
        step: int | None,
        only: Sequence[str] | None = None,
    ) -> MetricRange:
        """`only`: ids of the containers whose series may be selected; None: of all, and series of
        no container too. Raises BadQuery, BadAnswer.
        """
        now, interval = self._wall_clock(), self._scope.scrape_interval
        start, end, step = ranged(start, end, step, now, interval)
        containers = None if only is None else tuple(sorted(only))
        query = MetricQuery(name, matches, by, function, start, end, step, containers)
        promql = query.promql(self._scope)
        plain = msgspec.structs.replace(query, by=()).promql(self._scope)
        counted = parse(self._source.query(f"count({plain})", end), _samples)
        if any(sample.number > MAX_SERIES for sample in counted):
            raise BadQuery(
                f"that selects more than {MAX_SERIES} series; narrow it with match, such as"
                " match=container_id=0123456789ab"
            )
        lines = parse(self._source.query_range(promql, start, end, step), _lines)
        series = [MetricSeries(_without_name(line.metric), _points(line)) for line in lines]
        series.sort(key=lambda one: (-one.points[-1][1] if one.points else 0.0, str(one.labels)))
        return MetricRange(name, promql, start, end, step, series[:LISTED], len(series) > LISTED)


def _without_name(labels: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if name != "__name__"}


def _points(line: Line[dict[str, str]]) -> list[tuple[float, float]]:
    try:
        points = [(at, float(value)) for at, value in line.values]
    except ValueError as error:
        raise BadAnswer(f"the answer holds what is not a number: {error}"[:200]) from None
    return [(at, value) for at, value in points if math.isfinite(value)]
