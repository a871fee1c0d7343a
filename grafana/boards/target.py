"""A query of a panel, to Prometheus or to the Promscope data source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

PROMETHEUS: Json = {"type": "prometheus", "uid": "${datasource}"}
TOPOLOGY: Json = {"type": "promscope-topology-datasource", "uid": "${topology}"}

_CLUSTER = 'cluster=~"$cluster"'
_EXPORTERS = f'{_CLUSTER},job=~"$job",instance=~"$instance"'


def expand(expression: str) -> str:
    """The PromQL of a shorthand: `{@` begins with the matchers of the dashboard's variables,
    `{@@` with those that series of the API have too, and `[@]` is the window Grafana reckons."""
    expression = expression.replace("{@@", "{" + _CLUSTER).replace("{@", "{" + _EXPORTERS)
    return expression.replace("[@]", "[$__rate_interval]")


def over_time(lines: Iterable[tuple[str, str]]) -> list[Json]:
    """Range queries: (expression, legend) each."""
    return [
        _target(number, expression, legend) | {"range": True}
        for number, (expression, legend) in enumerate(lines)
    ]


def now(expressions: Iterable[str], legend: str = "") -> list[Json]:
    """Instant queries."""
    return [
        _target(number, expression, legend) | {"instant": True, "range": False}
        for number, expression in enumerate(expressions)
    ]


def rows(expressions: Iterable[str]) -> list[Json]:
    """Instant queries whose series are rows of a table."""
    return [target | {"format": "table"} for target in now(expressions)]


def asked(kind: str, **query: str) -> list[Json]:
    """A question to the API through the Promscope data source, such as `map` or `audit`."""
    return [{"refId": "A", "datasource": TOPOLOGY, "kind": kind, **query}]


def _target(number: int, expression: str, legend: str) -> Json:
    named = {"legendFormat": legend} if legend else {}
    return {
        "refId": chr(ord("A") + number),
        "datasource": PROMETHEUS,
        "editorMode": "code",
        "expr": expand(expression),
    } | named
