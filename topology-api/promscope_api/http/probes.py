"""`/api/v1/probes`: probes with a credential of their own, for who looks after users."""

from __future__ import annotations

from typing import Annotated

import flask
import msgspec

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog
from promscope_api.http.body import read_body
from promscope_api.security.guard import caller, current_request, needs
from promscope_api.security.probes import DEFAULT_SECONDS, MAX_SECONDS, JoinedProbe, Probes
from promscope_api.security.refusal import Refused


class InvitationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST. `name`: what the probe is called in lists; `expires_seconds`: how long
    its token is valid, an hour unless said."""

    name: str
    expires_seconds: Annotated[int, msgspec.Meta(ge=1, le=int(MAX_SECONDS))] = int(DEFAULT_SECONDS)


class Invitation(msgspec.Struct, frozen=True):
    """`token` is shown this once: for --api.join-token-file of one exporter."""

    token: str


def blueprint(probes: Probes, audit: AuditLog) -> flask.Blueprint:
    routes = flask.Blueprint("probes", __name__)

    @routes.get("/api/v1/probes")
    @needs("users")
    def show() -> flask.Response:
        return _json(probes.all())

    @routes.post("/api/v1/probes/invitations")
    @needs("users")
    def invite() -> flask.Response:
        body = read_body(InvitationRequest)
        try:
            token = probes.invite(body.name, body.expires_seconds)
        except ValueError as error:
            raise Refused(400, "bad-body", f"{error}.".capitalize()) from error
        _record(audit, "probe-invite", {"probe_name": body.name})
        return _json(Invitation(token), 201)

    @routes.delete("/api/v1/probes/<probe>")
    @needs("users")
    def revoke(probe: str) -> flask.Response:
        ended = probes.revoke(probe)
        if ended is None:
            raise Refused(404, "no-probe", "No probe with this id has joined.")
        _record(audit, "probe-revoke", {"for_probe": ended.id, "probe_name": ended.name})
        return flask.Response(status=204, headers={"Cache-Control": "no-store"})

    return routes


def _record(audit: AuditLog, action: str, details: dict[str, int | str]) -> None:
    audit.append(
        Event(action, "success", principal=caller(), request=current_request(), details=details)
    )


def _json(value: list[JoinedProbe] | Invitation, status: int = 200) -> flask.Response:
    return flask.Response(
        msgspec.json.encode(value),
        status,
        {"Cache-Control": "no-store"},
        content_type="application/json",
    )
