"""`GET /api/v1/search?q=`: every entity, every field; and what may follow while it is written."""

from __future__ import annotations

import flask

from promscope_api.http import moment
from promscope_api.http.forward import forward
from promscope_api.http.seen import Seen
from promscope_api.http.wanted import understood
from promscope_api.query.tokens import MAX_TEXT
from promscope_api.security.refusal import Refused

MAX_HITS = 100


def blueprint(seen: Seen) -> flask.Blueprint:
    routes = flask.Blueprint("search", __name__)

    @routes.get("/api/v1/search")
    def search() -> flask.Response:
        query = flask.request.args.get("q", "")
        understood(query)
        asked = {"query": query, "limit": MAX_HITS}
        return forward(seen.ask("search", **asked, **moment.at()))

    @routes.get("/api/v1/query/completions")
    def completions() -> flask.Response:
        text = flask.request.args.get("q", "")
        if len(text) > MAX_TEXT:
            raise Refused(400, "query-too-long", f"q has at most {MAX_TEXT} characters.")
        cursor = flask.request.args.get("cursor") or str(len(text))
        if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 6):
            raise Refused(400, "bad-cursor", "Write cursor as a number of characters.")
        return forward(seen.ask("complete", text=text, cursor=int(cursor)))

    return routes
