"""A view as a table: `/nodes` in pages, `/export` whole as CSV or JSON, `/frames` for Grafana."""

from __future__ import annotations

import flask

from promscope_api.graph.table import MAX_CURSOR
from promscope_api.http import moment
from promscope_api.http.forward import forward
from promscope_api.http.seen import Seen
from promscope_api.http.wanted import wanted
from promscope_api.security.refusal import Refused

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
DEFAULT_SORT = "label"
MEDIA = {"csv": "text/csv; charset=utf-8; header=present", "json": "application/json"}


def blueprint(seen: Seen) -> flask.Blueprint:
    routes = flask.Blueprint("tables", __name__)

    @routes.get("/api/v1/topology/<view>/nodes")
    def page(view: str) -> flask.Response:
        cursor = flask.request.args.get("cursor", "")
        if len(cursor) > MAX_CURSOR:
            raise Refused(400, "bad-table", "This is no cursor of ours: begin without one.")
        asked = {
            **_topic(view),
            "sort": flask.request.args.get("sort") or DEFAULT_SORT,
            "limit": _limit(),
            "cursor": cursor,
        }
        return forward(seen.ask("page", **asked, **moment.at()))

    @routes.get("/api/v1/topology/<view>/export")
    def export(view: str) -> flask.Response:
        form = flask.request.args.get("format", "csv")
        if form not in MEDIA:
            raise Refused(400, "bad-format", f"Write format as one of {', '.join(MEDIA)}.")
        reply = seen.ask("export", **_topic(view), form=form, **moment.at())
        response = forward(reply)
        if reply.status == 200:
            response.content_type = MEDIA[form]
            # The name of a declared view or of a label is safe in a header.
            response.headers["Content-Disposition"] = f'attachment; filename="{view}.{form}"'
        return response

    @routes.get("/api/v1/topology/<view>/frames")
    def frames(view: str) -> flask.Response:
        return forward(seen.ask("frames", **_topic(view), **moment.at()))

    return routes


def _topic(view: str) -> dict[str, str]:
    topic = wanted(view, flask.request.args.get("filter", ""))
    return {"view": topic.view, "query": topic.filter}


def _limit() -> int:
    text = flask.request.args.get("limit") or str(DEFAULT_LIMIT)
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MAX_LIMIT):
        raise Refused(400, "bad-limit", f"Write limit as a number from 1 to {MAX_LIMIT}.")
    return int(text)
