"""The routes of one node: what is known about it, asked of its probe, and done to it."""

from __future__ import annotations

from typing import Any

from promscope_api.control.bulk import BulkDone
from promscope_api.control.dispatch import Done
from promscope_api.control.happening import Happening
from promscope_api.graph.sparklines import History
from promscope_api.http.actions import ActionRequest
from promscope_api.http.bulk_actions import BulkRequest
from promscope_api.http.nodes import DEFAULT_RANGE, NodeAnswer
from promscope_api.http.operation import Operation, Parameter
from promscope_api.http.parameters import AT, NODE
from promscope_api.http.questions import DEFAULT_SECONDS, MAX_SECONDS, FileChanges, LiveConnections
from promscope_wire.frames import ACTIONS

NODE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/api/v1/nodes/{node}", "node",
        "Everything known about one node, asked from its probe too where that has a tunnel.",
        NodeAnswer, parameters=(NODE, AT), errors=(400, 404, 502, 503),
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/connections", "nodeConnections",
        "The live connections of a host or container, one by one with their processes, asked from"
        " its probe. Needs the permission processes.",
        LiveConnections, parameters=(NODE,), errors=(404, 502, 503, 504),
        permission="processes",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/inspection", "nodeInspection",
        "What the engine itself says of a container, asked from its probe; environment and"
        " whatever looks like a secret masked. Needs the permission processes.",
        dict[str, Any], parameters=(NODE,), errors=(404, 502, 503, 504),
        permission="processes",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/changes", "nodeChanges",
        "The files that a container added, modified or deleted since its image, asked from its"
        " probe; what is in volumes is none of it. Needs the permission processes.",
        FileChanges, parameters=(NODE,), errors=(404, 502, 503, 504),
        permission="processes",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/activity", "nodeActivity",
        "What happens at a host or container in the next seconds, told by its probe within a"
        " moment: edges that open and close, programs that begin and end. The edges that are open"
        " already come first. Needs the permission processes.",
        Happening,
        parameters=(
            NODE,
            Parameter(
                "seconds", "query", "How long.",
                {
                    "type": "number", "exclusiveMinimum": 0, "maximum": MAX_SECONDS,
                    "default": DEFAULT_SECONDS,
                },
            ),
        ),
        errors=(400, 404, 503),
        permission="processes",
    ),
    Operation(
        "get", "/api/v1/nodes/{node}/metrics", "nodeMetrics",
        "The recent past of a node's numbers in steps of 15 seconds, with the PromQL behind it.",
        History,
        parameters=(
            NODE,
            Parameter(
                "range", "query", "How far back, from 60s to 6h.",
                {"type": "string", "pattern": "^[0-9]{1,5}[smhd]$", "default": DEFAULT_RANGE},
            ),
            AT,
        ),
        errors=(400, 404, 502, 503),
    ),
    Operation(
        "post", "/api/v1/nodes/{node}/actions/{action}", "act",
        "Start, stop, pause, unpause, restart, kill, rename or remove a container, or update its"
        " limits and restart policy, which is a permission of its own (update). 202: accepted by"
        " the engine and still under way.",
        Done, also=(202,),
        parameters=(
            NODE,
            Parameter(
                "action", "path", "What to do.",
                {"type": "string", "enum": list(ACTIONS)},
            ),
        ),
        body=ActionRequest, errors=(400, 404, 409, 413, 415, 502, 503, 504), tag="control",
        permission="lifecycle", audit="container-{action}",
    ),
    Operation(
        "post", "/api/v1/actions", "actMany",
        "One action on many containers, side by side up to a limit, each with its own outcome;"
        " or only a rehearsal that says what would be possible.",
        BulkDone, body=BulkRequest, errors=(400, 404, 408, 413, 415, 503), tag="control",
        permission="lifecycle", audit="container-{action}",
    ),
)  # fmt: skip
