"""Every route of the API, declared: what it takes and what it answers."""

from __future__ import annotations

from promscope_api.http.filter_operations import FILTER_OPERATIONS
from promscope_api.http.history_operations import HISTORY_OPERATIONS
from promscope_api.http.itself_operations import ITSELF_OPERATIONS
from promscope_api.http.node_operations import NODE_OPERATIONS
from promscope_api.http.operation import Operation
from promscope_api.http.pin_operations import PIN_OPERATIONS
from promscope_api.http.session_operations import SESSION_OPERATIONS
from promscope_api.http.stream_operations import STREAM_OPERATIONS
from promscope_api.http.view_operations import VIEW_OPERATIONS

OPERATIONS: tuple[Operation, ...] = (
    *VIEW_OPERATIONS,
    *NODE_OPERATIONS,
    *HISTORY_OPERATIONS,
    *FILTER_OPERATIONS,
    *PIN_OPERATIONS,
    *STREAM_OPERATIONS,
    *SESSION_OPERATIONS,
    *ITSELF_OPERATIONS,
)
