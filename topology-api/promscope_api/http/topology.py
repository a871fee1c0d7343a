"""`GET /api/v1/topology` and `/api/v1/topology/{view}`: the views and what is in them."""

from __future__ import annotations

import flask
from msgspec.structs import replace

from promscope_api.http import moment
from promscope_api.http.forward import accepted, forward
from promscope_api.http.seen import Seen
from promscope_api.http.shelf import Shelf
from promscope_api.http.wanted import wanted


def blueprint(seen: Seen) -> flask.Blueprint:
    shelf = Shelf(seen.link)
    routes = flask.Blueprint("topology", __name__)

    @routes.get("/api/v1/topology")
    def overview() -> flask.Response:
        return forward(seen.ask("overview", **moment.at()))

    @routes.get("/api/v1/topology/<view>")
    def topology(view: str) -> flask.Response:
        topic, at = wanted(view, flask.request.args.get("filter", "")), moment.at()
        if at:
            asked = {"view": topic.view, "query": topic.filter, "encoding": accepted()}
            return forward(seen.ask("view", **asked, **at))
        return forward(shelf.view(replace(topic, sight=seen.sight), accepted()))

    return routes
