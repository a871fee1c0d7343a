"""`/api/v1/sessions`: who is signed in, and ending that."""

from __future__ import annotations

import flask
import msgspec

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog
from promscope_api.http.reach import reach
from promscope_api.security.guard import caller, current_request
from promscope_api.security.policy import Policy
from promscope_api.security.refusal import Refused
from promscope_api.security.sessions import Session, Sessions


class SessionList(msgspec.Struct, frozen=True):
    """`current`: the id of the session that asks; empty where it was not a session."""

    sessions: list[Session]
    current: str


def blueprint(sessions: Sessions, audit: AuditLog, policy: Policy) -> flask.Blueprint:
    """A caller sees and ends its own sessions; one with the permission `users` everybody's."""
    routes = flask.Blueprint("sessions", __name__)

    @routes.get("/api/v1/sessions")
    def show() -> flask.Response:
        principal = caller()
        found = SessionList(
            sessions.all(reach(policy, principal)), principal.session if principal else ""
        )
        return flask.Response(
            msgspec.json.encode(found),
            headers={"Cache-Control": "no-store"},
            content_type="application/json",
        )

    @routes.delete("/api/v1/sessions/<session>")
    def end(session: str) -> flask.Response:
        principal = caller()
        ended = sessions.close(session, reach(policy, principal))
        if ended is None:
            raise Refused(404, "no-session", "You have no session with this id.")
        details = {"for_user": ended.user, "for_session": ended.id}
        request = current_request()
        audit.append(
            Event("session-end", "success", principal=principal, request=request, details=details)
        )
        return flask.Response(status=204, headers={"Cache-Control": "no-store"})

    return routes
