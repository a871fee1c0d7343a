"""`GET /api/v1/search?q=`: every entity, every field."""

from __future__ import annotations

import flask

from promscope_api.http import moment
from promscope_api.http.forward import forward
from promscope_api.http.wanted import understood
from promscope_api.live.graph_link import GraphLink

MAX_HITS = 100


def blueprint(link: GraphLink) -> flask.Blueprint:
    routes = flask.Blueprint("search", __name__)

    @routes.get("/api/v1/search")
    def search() -> flask.Response:
        query = flask.request.args.get("q", "")
        understood(query)
        asked = {"query": query, "limit": MAX_HITS}
        return forward(link.ask_blocking("search", **asked, **moment.at()))

    return routes
