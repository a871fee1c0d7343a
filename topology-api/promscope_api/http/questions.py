"""What only the probe of a node can tell: its connections, inspection and changed files."""

from __future__ import annotations

from typing import Any

import flask
import msgspec

from promscope_api.control.attempt import STATUS
from promscope_api.control.dispatch import Dispatch
from promscope_api.http.nodes import check
from promscope_api.security.guard import caller
from promscope_api.security.refusal import Refused
from promscope_wire.files import FileChange
from promscope_wire.frames import Answer, ConnectionRecord, Subject

DEFAULT_SECONDS = 5
MAX_SECONDS = 10


class LiveConnections(msgspec.Struct, frozen=True):
    """The connections of a host or container as its kernel has them; `truncated`: there are
    more.
    """

    items: tuple[ConnectionRecord, ...]
    truncated: bool


class FileChanges(msgspec.Struct, frozen=True):
    """What a container changed of its image's files; `truncated`: there are more."""

    items: tuple[FileChange, ...]
    truncated: bool


def blueprint(dispatch: Dispatch) -> flask.Blueprint:
    routes = flask.Blueprint("questions", __name__)

    @routes.get("/api/v1/nodes/<node>/connections")
    def connections(node: str) -> flask.Response:
        answer = _ask(dispatch, "connections", node)
        return _json(LiveConnections(answer.connections, answer.truncated))

    @routes.get("/api/v1/nodes/<node>/inspection")
    def inspection(node: str) -> flask.Response:
        return _json(_ask(dispatch, "inspection", node).inspection)

    @routes.get("/api/v1/nodes/<node>/changes")
    def changes(node: str) -> flask.Response:
        answer = _ask(dispatch, "changes", node)
        return _json(FileChanges(answer.changes, answer.truncated))

    @routes.get("/api/v1/nodes/<node>/activity")
    def activity(node: str) -> flask.Response:
        check(node)
        return _json(dispatch.watch(caller(), node, _seconds()))

    return routes


def _ask(dispatch: Dispatch, subject: Subject, node: str) -> Answer:
    """Raises Refused with the reason of the probe, or why it cannot be asked."""
    check(node)
    try:
        answer = dispatch.ask(caller(), subject, node)
    except RuntimeError as error:
        raise Refused(503, "offline", str(error)) from error
    problem = answer.problem
    if problem is not None:
        status = STATUS.get(problem.kind, 502)
        raise Refused(status, problem.kind, problem.detail or problem.title, title=problem.title)
    return answer


def _seconds() -> float:
    try:
        seconds = float(flask.request.args.get("seconds", DEFAULT_SECONDS))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MAX_SECONDS:
        detail = f"seconds is a number above 0, {MAX_SECONDS} at most."
        raise Refused(400, "invalid", detail)
    return seconds


def _json(body: Any) -> flask.Response:
    return flask.Response(
        msgspec.json.encode(body),
        headers={"Cache-Control": "no-store"},
        content_type="application/json",
    )
