"""The routes of the views: whole, as a table, as a file, live, and searched."""

from __future__ import annotations

from promscope_api.graph.completion import Completions
from promscope_api.graph.frames import Frames
from promscope_api.graph.model import Delta, Full, MetricsUpdate, Overview, Topology
from promscope_api.graph.search import Found
from promscope_api.graph.table import MAX_CURSOR, Page
from promscope_api.http.operation import CSV, Operation, Parameter
from promscope_api.http.parameters import AT, FILTER, VIEW
from promscope_api.http.tables import DEFAULT_LIMIT, DEFAULT_SORT, MAX_LIMIT, MEDIA
from promscope_api.live.hub import ClientMessage
from promscope_api.query.tokens import MAX_TEXT

VIEW_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/api/v1/topology", "overview",
        "The views with their counts, the probes, and the totals of the fleet.",
        Overview, parameters=(AT,), errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}", "topology",
        "One view, complete. Its ETag is its version; an If-None-Match of it is answered 304.",
        Topology, also=(304,), parameters=(VIEW, FILTER, AT), errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}/nodes", "nodes",
        "The nodes of a view as a table, in pages: `next` is the cursor of the next one.",
        Page,
        parameters=(
            VIEW, FILTER,
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
            AT,
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}/export", "export",
        "Every node of a view as one flat row, to download. In CSV a text that a spreadsheet"
        " would run as a formula begins with '.",
        list[dict[str, str | float | None]], other_media=CSV,
        parameters=(
            VIEW, FILTER,
            Parameter(
                "format", "query", "csv or json.",
                {"type": "string", "enum": list(MEDIA), "default": "csv"},
            ),
            AT,
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}/frames", "frames",
        "The view as Grafana's node graph panel takes it: a frame of nodes with fixed positions"
        " and a frame of edges.",
        Frames, also=(304,), parameters=(VIEW, FILTER, AT), errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/topology/{view}/ws", "watch",
        "A WebSocket: one full message, then deltas of structure and state as they happen and"
        " updates of numbers at most once a second. `base` is the version a message builds on; on"
        " a gap say resync. Close codes: 4401 session or token ended, 4404 no such view, 4408 too"
        " slow, 4410 no graph, 4413 message too large.",
        status=101, parameters=(VIEW, FILTER), errors=(400, 404, 503),
        messages=((Full, Delta, MetricsUpdate), (ClientMessage,)),
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
            AT,
        ),
        errors=(400, 404, 502, 503),
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
)  # fmt: skip
