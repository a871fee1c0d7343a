"""Parameters that several routes take."""

from __future__ import annotations

from typing import Any

from promscope_api.graph.views import VIEWS
from promscope_api.http.moment import SYNTAX
from promscope_api.http.nodes import MAX_ID
from promscope_api.http.operation import Parameter
from promscope_api.query.tokens import MAX_TEXT

VIEW = Parameter(
    "view", "path", f"Which view: {', '.join(VIEWS)} or containers-by-label.NAME.",
    {"type": "string", "maxLength": 60}, "containers",
)  # fmt: skip
FILTER = Parameter(
    "filter", "query", "A query (see docs/query.md): what it is not true of is left out.",
    {"type": "string", "maxLength": MAX_TEXT, "default": ""}, "label.team = payments cpu > 40%",
)  # fmt: skip
NODE = Parameter(
    "node", "path", "A node's id, such as `container:0123456789ab`.",
    {"type": "string", "maxLength": MAX_ID}, "container:4f1c0d2b9a7e",
)  # fmt: skip
MOMENT: dict[str, Any] = {"type": "string", "maxLength": 40}
AT = Parameter(
    "at", "query",
    f"A moment of the past: {SYNTAX}; rounded down to the scrape interval. Absent: now.",
    MOMENT,
)  # fmt: skip
