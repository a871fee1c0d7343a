"""The routes of saved filters."""

from __future__ import annotations

from promscope_api.http.filters import FilterBody, FilterList
from promscope_api.http.operation import Operation, Parameter
from promscope_api.store.saved_filters import SavedFilter

_FILTER_ID = Parameter(
    "filter_id", "path", "Id of a saved filter.", {"type": "string", "maxLength": 32}
)

FILTER_OPERATIONS: tuple[Operation, ...] = (
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
)  # fmt: skip
