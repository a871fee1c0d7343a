"""`POST /api/v1/topology/{view}/layout`: lay a view out anew, which nothing but this does."""

from __future__ import annotations

import flask

from promscope_api.http.forward import forward
from promscope_api.http.pins import signed_in
from promscope_api.http.seen import Seen
from promscope_api.http.wanted import wanted
from promscope_api.security.guard import needs


def blueprint(seen: Seen) -> flask.Blueprint:
    """The route. Pins stay where they are; everything else gets another place, for everybody, which
    needs to see everybody's nodes."""
    routes = flask.Blueprint("relayout", __name__)

    @routes.post("/api/v1/topology/<view>/layout")
    @needs("view")
    def relayout(view: str) -> flask.Response:
        signed_in()
        seen.need_everything()
        answer = seen.ask("relayout", view=wanted(view).view)
        if answer.status != 200:
            return forward(answer)
        return flask.Response(status=204, headers={"Cache-Control": "no-store"})

    return routes
