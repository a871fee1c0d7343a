"""`GET /api/v1/topology` and `/api/v1/topology/{view}`: the views and what is in them."""

from __future__ import annotations

import flask

from promscope_api.http import moment
from promscope_api.http.forward import accepted, forward
from promscope_api.http.shelf import Shelf
from promscope_api.http.wanted import wanted
from promscope_api.live.graph_link import GraphLink


def blueprint(link: GraphLink) -> flask.Blueprint:
    shelf = Shelf(link)
    routes = flask.Blueprint("topology", __name__)

    @routes.get("/api/v1/topology")
    def overview() -> flask.Response:
        return forward(link.ask_blocking("overview", **moment.at()))

    @routes.get("/api/v1/topology/<view>")
    def topology(view: str) -> flask.Response:
        topic, at = wanted(view, flask.request.args.get("filter", "")), moment.at()
        if at:
            asked = {"view": topic.view, "query": topic.filter, "encoding": accepted()}
            return forward(link.ask_blocking("view", **asked, **at))
        return forward(shelf.view(topic, accepted()))

    return routes
