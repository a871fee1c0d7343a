"""What a request wants to see, checked before the graph is asked: the view and the filter."""

from __future__ import annotations

from promscope_api.graph.topic import Topic
from promscope_api.graph.views import VIEWS, find
from promscope_api.query.parser import parse
from promscope_api.query.syntax import BadQuery
from promscope_api.security.refusal import Refused


def wanted(view: str, query: str = "") -> Topic:
    """The view and its filter. Raises Refused: 404 for no such view, 400 with the column for a
    filter that is no query.
    """
    if find(view) is None:
        names = ", ".join(VIEWS)
        detail = f"There is no view {view[:40]!r}; there are {names} and containers-by-label.NAME."
        raise Refused(404, "no-view", detail)
    try:
        return Topic.of(view, query)
    except BadQuery as error:
        raise refused(error) from error


def understood(query: str) -> None:
    """Raises Refused (400 with the column) unless the text is a query."""
    try:
        parse(query)
    except BadQuery as error:
        raise refused(error) from error


def refused(error: BadQuery) -> Refused:
    """The answer to a text that is no query."""
    detail = f"Column {error.column}: {error}."
    return Refused(400, "bad-query", detail, title="Not a query", members={"column": error.column})
