"""`/api/v1/tokens`: API tokens of one's own, and everybody's for who looks after users."""

from __future__ import annotations

from typing import Annotated

import flask
import msgspec

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog
from promscope_api.http.body import read_body
from promscope_api.http.reach import reach
from promscope_api.security.guard import caller, current_request, needs
from promscope_api.security.policy import Policy
from promscope_api.security.refusal import Refused
from promscope_api.security.tokens import DEFAULT_SECONDS, MAX_SECONDS, ApiToken, Tokens


class TokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST. `scopes`: permissions to limit it to; empty: all that the caller has.
    `expires_seconds`: how long it is valid, 30 days unless said."""

    name: str
    scopes: tuple[str, ...] = ()
    expires_seconds: Annotated[int, msgspec.Meta(ge=1, le=int(MAX_SECONDS))] = int(DEFAULT_SECONDS)


class NewToken(msgspec.Struct, frozen=True):
    """`secret` is shown this once: `Authorization: Bearer <secret>`."""

    token: ApiToken
    secret: str


def blueprint(tokens: Tokens, audit: AuditLog, policy: Policy) -> flask.Blueprint:
    routes = flask.Blueprint("tokens", __name__)

    @routes.get("/api/v1/tokens")
    @needs("tokens")
    def show() -> flask.Response:
        return _json(tokens.all(reach(policy, caller())))

    @routes.post("/api/v1/tokens")
    @needs("tokens")
    def create() -> flask.Response:
        principal = caller()
        if principal is None or principal.method != "session":
            raise Refused(403, "no-session", "Only a signed-in user makes API tokens.")
        body = read_body(TokenRequest)
        for scope in body.scopes:
            decision = policy.decide(principal, scope)
            if not decision.allowed:
                raise Refused(403, "denied", f"Scope {scope[:40]!r}: {decision.reason}.")
        try:
            secret, token = tokens.create(
                body.name, principal.name, principal.roles, body.scopes, body.expires_seconds
            )
        except ValueError as error:
            raise Refused(400, "bad-body", f"{error}.".capitalize()) from error
        _record(audit, "token-create", token)
        return _json(NewToken(token, secret), 201)

    @routes.delete("/api/v1/tokens/<token>")
    @needs("tokens")
    def revoke(token: str) -> flask.Response:
        ended = tokens.revoke(token, reach(policy, caller()))
        if ended is None:
            raise Refused(404, "no-token", "You have no API token with this id.")
        _record(audit, "token-revoke", ended)
        return flask.Response(status=204, headers={"Cache-Control": "no-store"})

    return routes


def _record(audit: AuditLog, action: str, token: ApiToken) -> None:
    details = {"for_user": token.user, "for_token": token.id, "token_name": token.name}
    event = Event(action, "success", principal=caller(), request=current_request(), details=details)
    audit.append(event)


def _json(value: object, status: int = 200) -> flask.Response:
    return flask.Response(
        msgspec.json.encode(value),
        status,
        {"Cache-Control": "no-store"},
        content_type="application/json",
    )
