"""`GET /api/v1/topology/diff` and `/api/v1/timeline`: what changed, and what happened."""

from __future__ import annotations

import flask

from promscope_api.graph.difference import DEFAULT, KINDS
from promscope_api.http import moment
from promscope_api.http.forward import forward
from promscope_api.http.nodes import check
from promscope_api.http.seen import Seen
from promscope_api.security.refusal import Refused

DEFAULT_RANGE = "1h"


def blueprint(seen: Seen) -> flask.Blueprint:
    routes = flask.Blueprint("history", __name__)

    @routes.get("/api/v1/topology/diff")
    def diff() -> flask.Response:
        since, until = moment.moment("from"), moment.moment("to")
        if since is None:
            raise Refused(400, "bad-moment", f"from is needed: {moment.SYNTAX}.")
        kinds = flask.request.args.get("by", ",".join(DEFAULT)).split(",")
        if not set(kinds) <= set(KINDS):
            raise Refused(400, "bad-kind", f"by is a list of {', '.join(KINDS)}.")
        chosen = [kind for kind in KINDS if kind in kinds]
        return forward(seen.ask("difference", since=since, until=until, kinds=chosen))

    @routes.get("/api/v1/timeline")
    def timeline() -> flask.Response:
        node = flask.request.args.get("node", "")
        if node:
            check(node)
        asked = {"node": node, "seconds": moment.seconds(DEFAULT_RANGE)}
        return forward(seen.ask("timeline", **asked, **moment.at()))

    return routes
