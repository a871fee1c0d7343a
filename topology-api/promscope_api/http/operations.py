"""Every route of the API, declared: what it takes and what it answers."""

from __future__ import annotations

from typing import Any

from promscope_api.control.dispatch import Done
from promscope_api.graph.completion import Completions
from promscope_api.graph.difference import DEFAULT, KINDS, Difference
from promscope_api.graph.frames import Frames
from promscope_api.graph.metric_series import MetricRange
from promscope_api.graph.model import Delta, Full, MetricsUpdate, Overview, Topology
from promscope_api.graph.search import Found
from promscope_api.graph.sparklines import History
from promscope_api.graph.table import MAX_CURSOR, Page
from promscope_api.graph.timeline import Timeline
from promscope_api.graph.views import VIEWS
from promscope_api.http.actions import ActionRequest
from promscope_api.http.filters import FilterBody, FilterList
from promscope_api.http.history import DEFAULT_RANGE as TIMELINE_RANGE
from promscope_api.http.moment import SYNTAX
from promscope_api.http.nodes import DEFAULT_RANGE, MAX_ID, NodeAnswer
from promscope_api.http.operation import ANY, CSS, CSV, HTML, TEXT, Operation, Parameter
from promscope_api.http.parts import Health
from promscope_api.http.profile import KINDS as PROFILE_KINDS
from promscope_api.http.profile import PROCESSES
from promscope_api.http.questions import LiveConnections
from promscope_api.http.session_operations import SESSION_OPERATIONS
from promscope_api.http.tables import DEFAULT_LIMIT, DEFAULT_SORT, MAX_LIMIT, MEDIA
from promscope_api.live.hub import ClientMessage
from promscope_api.prometheus.metric_query import FUNCTIONS
from promscope_api.query.tokens import MAX_TEXT
from promscope_api.store.saved_filters import SavedFilter
from promscope_wire.frames import LIFECYCLE_ACTIONS

_VIEW = Parameter(
    "view", "path", f"Which view: {', '.join(VIEWS)} or containers-by-label.NAME.",
    {"type": "string", "maxLength": 60}, "containers",
)  # fmt: skip
_FILTER = Parameter(
    "filter", "query", "A query (see docs/query.md): what it is not true of is left out.",
    {"type": "string", "maxLength": MAX_TEXT, "default": ""}, "label.team = payments cpu > 40%",
)  # fmt: skip
_NODE = Parameter(
    "node", "path", "A node's id, such as `container:0123456789ab`.",
    {"type": "string", "maxLength": MAX_ID}, "container:4f1c0d2b9a7e",
)  # fmt: skip
_MOMENT: dict[str, Any] = {"type": "string", "maxLength": 40}
_AT = Parameter(
    "at", "query",
    f"A moment of the past: {SYNTAX}; rounded down to the scrape interval. Absent: now.",
    _MOMENT,
)  # fmt: skip
_FILTER_ID = Parameter(
    "filter_id", "path", "Id of a saved filter.", {"type": "string", "maxLength": 32}
)
_NAME = Parameter("name", "path", "Name of the file.", {"type": "string"})

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/api/v1/topology", "overview",
        "The views with their counts, the probes, and the totals of the fleet.",
        Overview, parameters=(_AT,), errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}", "topology",
        "One view, complete. Its ETag is its version; an If-None-Match of it is answered 304.",
        Topology, also=(304,), parameters=(_VIEW, _FILTER, _AT), errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}/nodes", "nodes",
        "The nodes of a view as a table, in pages: `next` is the cursor of the next one.",
        Page,
        parameters=(
            _VIEW, _FILTER,
            Parameter(
                "sort", "query",
                "Column to sort by, with - before it the largest first: a text or a number of a"
                " node, or facts.NAME. What has no value comes last.",
                {"type": "string", "maxLength": 80, "default": DEFAULT_SORT},
            ),
            Parameter(
                "limit", "query", "Rows of a page.",
                {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            ),
            Parameter(
                "cursor", "query", "The `next` of the page before; absent: the first page.",
                {"type": "string", "maxLength": MAX_CURSOR},
            ),
            _AT,
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}/export", "export",
        "Every node of a view as one flat row, to download. In CSV a text that a spreadsheet"
        " would run as a formula begins with '.",
        list[dict[str, str | float | None]], other_media=CSV,
        parameters=(
            _VIEW, _FILTER,
            Parameter(
                "format", "query", "csv or json.",
                {"type": "string", "enum": list(MEDIA), "default": "csv"},
            ),
            _AT,
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}/frames", "frames",
        "The view as Grafana's node graph panel takes it: a frame of nodes with fixed positions"
        " and a frame of edges.",
        Frames, also=(304,), parameters=(_VIEW, _FILTER, _AT), errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/query/completions", "completions",
        "What may follow at a place of a query that is being written: fields, operators, values.",
        Completions,
        parameters=(
            Parameter(
                "q", "query", "The query so far.",
                {"type": "string", "maxLength": MAX_TEXT, "default": ""},
            ),
            Parameter(
                "cursor", "query", "Characters before the place. Absent: the end.",
                {"type": "integer", "minimum": 0, "maximum": MAX_TEXT},
            ),
        ),
        errors=(400, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}/ws", "watch",
        "A WebSocket: one full message, then deltas of structure and state as they happen and"
        " updates of numbers at most once a second. `base` is the version a message builds on; on"
        " a gap say resync. Close codes: 4401 session or token ended, 4404 no such view, 4408 too"
        " slow, 4410 no graph, 4413 message too large.",
        status=101, parameters=(_VIEW, _FILTER), errors=(400, 404, 503),
        messages=((Full, Delta, MetricsUpdate), (ClientMessage,)),
    ),
    Operation(
        "get", "/api/v1/nodes/{node}", "node",
        "Everything known about one node, asked from its probe too where that has a tunnel.",
        NodeAnswer, parameters=(_NODE, _AT), errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/connections", "nodeConnections",
        "The live connections of a host or container, one by one with their processes, asked from"
        " its probe. Needs the permission processes.",
        LiveConnections, parameters=(_NODE,), errors=(404, 502, 503, 504),
        permission="processes",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/inspection", "nodeInspection",
        "What the engine itself says of a container, asked from its probe; environment and"
        " whatever looks like a secret masked. Needs the permission processes.",
        dict[str, Any], parameters=(_NODE,), errors=(404, 502, 503, 504),
        permission="processes",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/metrics", "nodeMetrics",
        "The recent past of a node's numbers in steps of 15 seconds, with the PromQL behind it.",
        History,
        parameters=(
            _NODE,
            Parameter(
                "range", "query", "How far back, from 60s to 6h.",
                {"type": "string", "pattern": "^[0-9]{1,5}[smhd]$", "default": DEFAULT_RANGE},
            ),
            _AT,
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/search", "search",
        "Nodes that a query is true of, in any view, the best first.",
        Found,
        parameters=(
            Parameter(
                "q", "query", "A query (see docs/query.md).",
                {"type": "string", "maxLength": MAX_TEXT, "default": ""},
            ),
            _AT,
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/diff", "difference",
        "What was added, removed and changed between two moments. What belongs to a probe that"
        " did not answer at one of them is unknown.",
        Difference,
        parameters=(
            Parameter("from", "query", f"The earlier moment: {SYNTAX}.", _MOMENT),
            Parameter("to", "query", "The later moment. Absent: now.", _MOMENT),
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
            Parameter("from", "query", f"{SYNTAX}. Absent: an hour before the end.", _MOMENT),
            Parameter("to", "query", "The end. Absent: now.", _MOMENT),
            Parameter(
                "step", "query", "Seconds between points, 1,000 points at most.",
                {"type": "string", "pattern": "^[0-9]+s?$"},
            ),
        ),
        errors=(400, 502, 503),
    ),
    Operation(
        "get", "/api/v1/timeline", "timeline",
        "Lifecycle events of containers, the newest first.",
        Timeline,
        parameters=(
            Parameter(
                "node", "query", "A container, or a host for all of its; absent: every container.",
                {"type": "string", "maxLength": MAX_ID},
            ),
            Parameter(
                "range", "query", "How far back, from 60s to 7d.",
                {"type": "string", "pattern": "^[0-9]{1,5}[smhd]$", "default": TIMELINE_RANGE},
            ),
            _AT,
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "post", "/api/v1/nodes/{node}/actions/{action}", "act",
        "Start, stop, pause, unpause, restart or remove a container. 202: accepted by the engine"
        " and still under way.",
        Done, also=(202,),
        parameters=(
            _NODE,
            Parameter(
                "action", "path", "What to do.",
                {"type": "string", "enum": list(LIFECYCLE_ACTIONS)},
            ),
        ),
        body=ActionRequest, errors=(400, 404, 409, 413, 415, 502, 503, 504), tag="control",
        permission="lifecycle", audit="container-{action}",
    ),
    Operation(
        "get", "/api/v1/filters", "savedFilters", "The caller's saved filters, by name.",
        FilterList, errors=(503,), tag="filters",
    ),
    Operation(
        "post", "/api/v1/filters", "saveFilter", "Keep a filter under a name; its id makes a link.",
        SavedFilter, status=201, body=FilterBody, errors=(400, 404, 408, 409, 413, 415, 503),
        tag="filters",
    ),
    Operation(
        "get", "/api/v1/filters/{filter_id}", "savedFilter",
        "A saved filter, for everybody who has its id and may watch.",
        SavedFilter, parameters=(_FILTER_ID,), errors=(404, 503), tag="filters",
    ),
    Operation(
        "put", "/api/v1/filters/{filter_id}", "changeFilter",
        "Give a filter of one's own another name, view or query.",
        SavedFilter, parameters=(_FILTER_ID,), body=FilterBody,
        errors=(400, 404, 408, 409, 413, 415, 503), tag="filters",
    ),
    Operation(
        "delete", "/api/v1/filters/{filter_id}", "deleteFilter", "Delete a filter of one's own.",
        status=204, parameters=(_FILTER_ID,), errors=(404, 503), tag="filters",
    ),
    *SESSION_OPERATIONS,
    Operation(
        "get", "/api/v1/openapi.json", "openapi", "This document.", dict[str, Any], tag="itself"
    ),
    Operation(
        "get", "/api/v1/tunnel", "tunnel",
        "The WebSocket that probes dial, with `Authorization: Bearer` and the tunnel secret.",
        status=101, errors=(400, 503), messages=((), ()), tag="itself",
    ),
    Operation(
        "get", "/api/v1/health", "health",
        "How each part of the API is (graph, prometheus, store), with the reason where it is not"
        " well.",
        Health, tag="itself",
    ),
    Operation(
        "get", "/metrics", "metrics", "The API's own metrics, for Prometheus.",
        str, TEXT, tag="itself",
    ),
    Operation(
        "get", "/debug/profile", "profile",
        "A profile of the API itself, where --web.enable-profile is on, for who has the permission"
        " users: folded stacks of CPU time, or what memory holds.",
        str, TEXT,
        parameters=(
            Parameter("type", "query", "What of.", {"enum": list(PROFILE_KINDS), "default": "cpu"}),
            Parameter("process", "query", "Of which.", {"enum": list(PROCESSES), "default": "web"}),
            Parameter(
                "seconds", "query", "How long.", {"type": "integer", "minimum": 0, "maximum": 45}
            ),
        ),
        errors=(400, 503), tag="itself",
        permission="users",
    ),
    Operation(
        "get", "/-/healthy", "healthy", "Whether the API runs.",
        str, TEXT, public=True, tag="itself",
    ),
    Operation(
        "get", "/-/ready", "ready",
        "Whether the map can be asked for; 503 with the reason in plain text while it cannot.",
        str, TEXT, also=(503,), public=True, tag="itself",
    ),
    Operation(
        "get", "/api/docs", "reference", "This document as a page to read.",
        str, HTML, tag="itself",
    ),
    Operation(
        "get", "/api/docs/style.css", "referenceStyle", "The style sheet of that page.",
        str, CSS, tag="itself",
    ),
    Operation(
        "get", "/", "page", "The page.", str, HTML, also=(503,), public=True, tag="page"
    ),
    Operation(
        "get", "/assets/{name}", "pageAsset", "A part of the page.",
        bytes, ANY, parameters=(_NAME,), errors=(404,), public=True, tag="page",
    ),
    Operation(
        "get", "/{name}", "pageFile", "A file beside the page, such as its icon.",
        bytes, ANY, parameters=(_NAME,), errors=(404,), public=True, tag="page",
    ),
)  # fmt: skip
