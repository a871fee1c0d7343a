"""`GET /api/v1/topology` and `/api/v1/topology/{view}`: the views and what is in them."""

from __future__ import annotations

import flask

from promscope_api.graph.views import VIEWS
from promscope_api.http import moment
from promscope_api.http.forward import forward
from promscope_api.live.graph_link import GraphLink
from promscope_api.live.hub import no_view


def blueprint(link: GraphLink) -> flask.Blueprint:
    routes = flask.Blueprint("topology", __name__)

    @routes.get("/api/v1/topology")
    def overview() -> flask.Response:
        return forward(link.ask_blocking("overview", **moment.at()))

    @routes.get("/api/v1/topology/<view>")
    def topology(view: str) -> flask.Response:
        if view not in VIEWS:
            raise no_view(view)
        return forward(link.ask_blocking("view", view=view, **moment.at()))

    return routes
