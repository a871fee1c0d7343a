"""A query of one metric as a request describes it: a name, matchers, labels to keep, a range.

Nothing of a request becomes query text: names must look like names, values are quoted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from promscope_api.prometheus.matchers import Matcher
from promscope_api.prometheus.queries import Scope

Function = Literal["sum", "avg", "max", "min"]
FUNCTIONS: tuple[Function, ...] = get_args(Function)
MAX_MATCHERS = 20
MAX_LABELS = 10
MAX_POINTS = 1000
#: Containers a query can be bound to: Prometheus takes them as one expression.
MAX_CONTAINERS = 2000
MAX_RANGE_SECONDS = 31 * 24 * 3600
_DEFAULT_POINTS = 240

_NAME = re.compile(r"promscope_[a-z0-9_]{1,100}", re.ASCII)
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,63}", re.ASCII)
_MATCH = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]{0,63})(!?=)(.{0,500})", re.ASCII | re.DOTALL)
_COUNTER = re.compile(r"_(total|count|sum|bucket)\Z", re.ASCII)
#: Labels by which replicas of Prometheus tell themselves apart; they are never summed over.
_REPLICA = "replica, prometheus_replica, __replica__"


class BadQuery(ValueError):
    """The query cannot be asked; the message says what is wrong and the remedy."""


class MetricQuery(msgspec.Struct, frozen=True):
    """What is asked. `matches`: `label=value` or `label!=value`, several values of one label are
    alternatives; `by`: labels to keep, none: every series by itself. Times in Unix seconds.
    `containers`: ids of those whose series may be selected at all; None: no such bound.
    """

    name: str
    matches: tuple[str, ...]
    by: tuple[str, ...]
    function: Function
    start: float
    end: float
    step: int
    containers: tuple[str, ...] | None = None

    def promql(self, scope: Scope) -> str:
        """Counters as rates per second. Raises BadQuery."""
        if not _NAME.fullmatch(self.name):
            raise BadQuery("name is that of a metric, such as promscope_container_processes")
        family = self.name.removeprefix("promscope_")
        found = scope.of(family, *_matchers(self.matches), *self._bound())
        if _COUNTER.search(self.name):
            window = max(4 * scope.scrape_interval, self.step)
            found = f"rate({found}[{round(window)}s])"
        once = f"max without ({_REPLICA}) ({found})"
        if not self.by:
            return once
        if len(self.by) > MAX_LABELS or not all(map(_LABEL.fullmatch, self.by)):
            raise BadQuery(f"by is at most {MAX_LABELS} labels, separated by commas")
        return f"{self.function} by ({', '.join(self.by)}) ({once})"

    def _bound(self) -> list[Matcher]:
        if self.containers is None:
            return []
        if not 0 < len(self.containers) <= MAX_CONTAINERS:
            raise BadQuery(
                "your role shows some nodes only; this is asked for those of 1 to"
                f" {MAX_CONTAINERS} containers, and it shows {len(self.containers)}"
            )
        return [Matcher("container_id", self.containers)]


def ranged(
    start: float | None, end: float | None, step: int | None, now: float, interval: float
) -> tuple[float, float, int]:
    """The range that is asked for: the last hour up to `now` unless told. Raises BadQuery."""
    end = now if end is None else min(end, now)
    start = end - 3600 if start is None else start
    seconds = end - start
    if not 0 < seconds <= MAX_RANGE_SECONDS:
        raise BadQuery("from is before to, at most 31 days")
    least = max(1, round(interval))
    chosen = max(least, round(seconds / _DEFAULT_POINTS)) if step is None else max(least, step)
    if seconds / chosen > MAX_POINTS:
        raise BadQuery(
            f"that is more than {MAX_POINTS} points; a step of {round(seconds / MAX_POINTS) + 1}s"
            " or more fits"
        )
    return start, end, chosen


def _matchers(matches: Iterable[str]) -> list[Matcher]:
    values: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    for text in matches:
        found = _MATCH.fullmatch(text)
        if found is None:
            raise BadQuery("match is label=value or label!=value, values at most 500 characters")
        label, operator, value = found.groups()
        values[label, operator == "!="].append(value)
    if len(values) > MAX_MATCHERS or sum(map(len, values.values())) > 5 * MAX_MATCHERS:
        raise BadQuery(f"match is given for at most {MAX_MATCHERS} labels")
    return [
        Matcher(label, tuple(found), negated=negated) for (label, negated), found in values.items()
    ]
