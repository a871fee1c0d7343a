"""`GET /api/v1/nodes/{id}` and its metrics: everything known about one node."""

from __future__ import annotations

import flask
import msgspec

from promscope_api.control.dispatch import Dispatch
from promscope_api.control.offers import Offer
from promscope_api.graph.details import NOT_RECORDED, Details, NotMeasured
from promscope_api.http import moment
from promscope_api.http.forward import forward
from promscope_api.http.seen import Seen
from promscope_api.security.guard import caller
from promscope_api.security.refusal import Refused
from promscope_wire import ids
from promscope_wire.frames import ProcessRecord

DEFAULT_RANGE = "15m"
MAX_ID = 1024
_WITH_PROCESSES = ("host", "container")


class Processes(msgspec.Struct, frozen=True):
    """Live processes, asked from the probe just now; `truncated`: there are more."""

    items: tuple[ProcessRecord, ...]
    truncated: bool


class NodeAnswer(Details, frozen=True):
    """One node with its live processes (None: not known, and why is in `not_measured`) and what
    can be done to it: actions, and the streams (logs, terminal) it has.
    """

    processes: Processes | None
    actions: list[Offer]
    streams: list[Offer]


def blueprint(seen: Seen, dispatch: Dispatch) -> flask.Blueprint:
    routes = flask.Blueprint("nodes", __name__)

    @routes.get("/api/v1/nodes/<node>")
    def details(node: str) -> flask.Response:
        check(node)
        at = moment.at()
        reply = seen.ask("node", node=node, **at)
        if reply.status != 200:
            return forward(reply)
        known = msgspec.json.decode(reply.body, type=Details)
        processes, missing = (
            _not_recorded(known.node.kind) if at else _processes(dispatch, node, known.node.kind)
        )
        fields = {name: getattr(known, name) for name in Details.__struct_fields__}
        answer = NodeAnswer(
            **{**fields, "not_measured": [*known.not_measured, *missing]},
            processes=processes,
            actions=[] if at else dispatch.actions_for(caller(), node),
            streams=[] if at else dispatch.streams_for(caller(), node),
        )
        return flask.Response(
            msgspec.json.encode(answer),
            headers={"Cache-Control": "no-store"},
            content_type="application/json",
        )

    @routes.get("/api/v1/nodes/<node>/metrics")
    def metrics(node: str) -> flask.Response:
        check(node)
        asked = {"node": node, "seconds": moment.seconds(DEFAULT_RANGE)}
        return forward(seen.ask("sparklines", **asked, **moment.at()))

    return routes


def check(node: str) -> None:
    """Raises Refused (404) for anything that is not a node id."""
    try:
        if len(node) > MAX_ID:
            raise ids.InvalidId(f"an id has at most {MAX_ID} characters")
        ids.parse(node)
    except ids.InvalidId as error:
        raise Refused(404, "not-found", f"This is no node id: {error}.") from error


def _not_recorded(kind: str) -> tuple[None, list[NotMeasured]]:
    found = [NotMeasured("live processes", NOT_RECORDED)] if kind in _WITH_PROCESSES else []
    return None, found


def _processes(
    dispatch: Dispatch, node: str, kind: str
) -> tuple[Processes | None, list[NotMeasured]]:
    if kind not in _WITH_PROCESSES:
        return None, []
    try:
        answer = dispatch.ask(caller(), "processes", node)
    except RuntimeError as error:
        return None, [NotMeasured("live processes", str(error))]
    if answer.problem is not None:
        problem = answer.problem
        return None, [NotMeasured("live processes", problem.detail or problem.title)]
    return Processes(answer.processes, answer.truncated), []
