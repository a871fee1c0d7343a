"""The routes of the past: two moments compared, one metric over a range, what happened."""

from __future__ import annotations

from promscope_api.graph.difference import DEFAULT, KINDS, Difference
from promscope_api.graph.metric_series import MetricRange
from promscope_api.graph.timeline import Timeline
from promscope_api.http.history import DEFAULT_RANGE as TIMELINE_RANGE
from promscope_api.http.moment import SYNTAX
from promscope_api.http.nodes import MAX_ID
from promscope_api.http.operation import Operation, Parameter
from promscope_api.http.parameters import AT, MOMENT
from promscope_api.prometheus.metric_query import FUNCTIONS

HISTORY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/api/v1/topology/diff", "difference",
        "What was added, removed and changed between two moments. What belongs to a probe that"
        " did not answer at one of them is unknown.",
        Difference,
        parameters=(
            Parameter("from", "query", f"The earlier moment: {SYNTAX}.", MOMENT),
            Parameter("to", "query", "The later moment. Absent: now.", MOMENT),
            Parameter(
                "by", "query", f"Kinds of things to compare, of {', '.join(KINDS)}.",
                {"type": "string", "default": ",".join(DEFAULT)},
            ),
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/metrics", "metricRange",
        "One metric over a range: gauges as they are, counters as rates per second. At most 10,000"
        " series may be selected, 500 are answered.",
        MetricRange,
        parameters=(
            Parameter(
                "name", "query", "The metric, such as promscope_container_processes.",
                {"type": "string", "pattern": "^promscope_[a-z0-9_]+$"},
            ),
            Parameter(
                "match", "query", "`label=value` or `label!=value`, may be repeated; several values"
                " of one label are alternatives.",
                {"type": "array", "items": {"type": "string"}},
            ),
            Parameter("by", "query", "Labels to aggregate by.", {"type": "string"}),
            Parameter(
                "function", "query", "How to aggregate.",
                {"type": "string", "enum": list(FUNCTIONS), "default": "sum"},
            ),
            Parameter("from", "query", f"{SYNTAX}. Absent: an hour before the end.", MOMENT),
            Parameter("to", "query", "The end. Absent: now.", MOMENT),
            Parameter(
                "step", "query", "Seconds between points, 1,000 points at most.",
                {"type": "string", "pattern": "^[0-9]+s?$"},
            ),
        ),
        errors=(400, 502, 503),
    ),
    Operation(
        "get", "/api/v1/timeline", "timeline",
        "Lifecycle events of containers, and hosts that left the map, the newest first.",
        Timeline,
        parameters=(
            Parameter(
                "node", "query", "A container, or a host for all of its; absent: everything.",
                {"type": "string", "maxLength": MAX_ID},
            ),
            Parameter(
                "range", "query", "How far back, from 60s to 7d.",
                {"type": "string", "pattern": "^[0-9]{1,5}[smhd]$", "default": TIMELINE_RANGE},
            ),
            AT,
        ),
        errors=(400, 404, 502, 503),
    ),
)  # fmt: skip
