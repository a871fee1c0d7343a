"""The routes of pins."""

from __future__ import annotations

from promscope_api.http.operation import Operation
from promscope_api.http.parameters import NODE, VIEW
from promscope_api.http.pins import Pin, PinBody, PinList

PIN_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/api/v1/topology/{view}/pins", "pins", "The pinned nodes of a view.",
        PinList, parameters=(VIEW,), errors=(404, 503), tag="pins",
    ),
    Operation(
        "put", "/api/v1/topology/{view}/pins/{node}", "pin",
        "Put a node of the view somewhere, where it then stays for everybody.",
        Pin, parameters=(VIEW, NODE), body=PinBody,
        errors=(400, 404, 408, 409, 413, 415, 503), tag="pins",
    ),
    Operation(
        "post", "/api/v1/topology/{view}/layout", "relayout",
        "Lay a view out anew, for everybody. Pins stay; it never happens unless it is asked for.",
        status=204, parameters=(VIEW,), errors=(404, 415, 503), tag="pins",
    ),
    Operation(
        "delete", "/api/v1/topology/{view}/pins/{node}", "unpin",
        "Let the layout place a pinned node again.",
        status=204, parameters=(VIEW, NODE), errors=(404, 503), tag="pins",
    ),
)  # fmt: skip
