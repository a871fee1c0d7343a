"""`POST /api/v1/actions`: one action on many containers."""

from __future__ import annotations

from typing import Annotated

import flask
import msgspec

from promscope_api.control.bulk import MAX_NODES, MAX_PARALLEL, Bulk
from promscope_api.http.actions import ActionRequest, parameters
from promscope_api.http.body import read_body
from promscope_api.http.nodes import check
from promscope_api.security.guard import caller, current_request, needs
from promscope_api.security.refusal import Refused
from promscope_wire.frames import ACTIONS

DEFAULT_PARALLEL = 8


class BulkRequest(ActionRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`nodes`: ids of containers; `parallel`: so many at once; `rehearse`: only say what would be
    possible. The rest as for one container."""

    action: str
    nodes: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=128)], ...],
        msgspec.Meta(min_length=1, max_length=MAX_NODES),
    ]
    parallel: Annotated[int, msgspec.Meta(ge=1, le=MAX_PARALLEL)] = DEFAULT_PARALLEL
    rehearse: bool = False


def blueprint(bulk: Bulk) -> flask.Blueprint:
    """The route. Permission for each node is decided by the dispatch."""
    routes = flask.Blueprint("bulk_actions", __name__)

    @routes.post("/api/v1/actions")
    @needs("lifecycle")
    def act() -> flask.Response:
        body = read_body(BulkRequest)
        principal = caller()
        if principal is None:
            raise Refused(401, "denied", "You are not signed in.")
        if body.action not in ACTIONS or body.action == "rename":
            actions = ", ".join(one for one in ACTIONS if one != "rename")
            raise Refused(400, "no-action", f"There is none such for many; there are {actions}.")
        for node in body.nodes:
            check(node)
        if body.rehearse:
            done = bulk.rehearse(principal, body.nodes, body.action)
        else:
            done = bulk.act(
                principal, body.nodes, body.action, parameters(body), body.parallel,
                current_request(),
            )  # fmt: skip
        return flask.Response(
            msgspec.json.encode(done),
            headers={"Cache-Control": "no-store"},
            content_type="application/json",
        )

    return routes
