"""`/api/v1/session`: who am I, sign in with a one-time code, sign out."""

from __future__ import annotations

import flask
import msgspec

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, AuditUnavailable
from promscope_api.http.body import read_body
from promscope_api.security import policy
from promscope_api.security.codes import Grant, SignInCodes
from promscope_api.security.guard import COOKIE, Guard, caller, current_request, needs, public
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request
from promscope_api.security.sessions import Sessions
from promscope_api.store.store import StoreUnavailable

_MAX_CODE = 64


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST. `code`: as `promscope sign-in-code` printed it."""

    code: str


class User(msgspec.Struct, frozen=True):
    name: str
    roles: tuple[str, ...]


class SessionState(msgspec.Struct, frozen=True):
    """`user` is null where nobody is signed in. `local_viewer`: the caller watches without
    signing in because this API lets everyone on its machine."""

    user: User | None
    permissions: tuple[str, ...]
    local_viewer: bool


def blueprint(
    guard: Guard, sessions: Sessions, codes: SignInCodes, audit: AuditLog
) -> flask.Blueprint:
    """The three routes. Their errors are problem+json by `Refused`."""
    routes = flask.Blueprint("session", __name__)

    @routes.get("/api/v1/session")
    @public
    def show() -> flask.Response:
        return _answer(guard.identify(current_request()))

    @routes.post("/api/v1/session")
    @public
    def sign_in() -> flask.Response:
        request = current_request()
        body = read_body(SignIn)
        try:
            grant = _redeem(codes, audit, body.code[:_MAX_CODE], request)
            token, principal = sessions.open(grant.user, grant.roles, request.peer)
            audit.append(Event("session-open", "success", principal=principal, request=request))
        except (AuditUnavailable, StoreUnavailable) as error:
            raise Refused(503, "sign-in-unavailable", f"Signing in fails: {error}") from error
        response = _answer(principal)
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(sessions.lifetime_seconds),
            path="/",
            secure=_over_tls(request),
            httponly=True,
            samesite="Strict",
        )
        return response

    @routes.delete("/api/v1/session")
    @needs("view")
    def sign_out() -> flask.Response:
        principal, request = caller(), current_request()
        if principal is not None and principal.session:
            try:
                sessions.close(principal.session)
                audit.append(Event("session-end", "success", principal=principal, request=request))
            except (AuditUnavailable, StoreUnavailable) as error:
                raise Refused(503, "sign-out-unavailable", f"Signing out fails: {error}") from error
        response = flask.Response(status=204, headers={"Cache-Control": "no-store"})
        response.delete_cookie(
            COOKIE, path="/", secure=_over_tls(request), httponly=True, samesite="Strict"
        )
        return response

    return routes


def _redeem(codes: SignInCodes, audit: AuditLog, code: str, request: Request) -> Grant:
    try:
        return codes.redeem(code, request.peer)
    except Refused as refused:
        event = Event(
            "session-open", "failure", "denied", refused.detail, refused.reason, request=request
        )
        if refused.status != 429:  # the wrong codes that led to it are recorded
            audit.append(event)
        raise


def _answer(principal: Principal | None) -> flask.Response:
    signed_in = principal is not None and not principal.anonymous
    state = SessionState(
        user=User(principal.name, principal.roles) if principal and signed_in else None,
        permissions=policy.permissions(principal),
        local_viewer=principal is not None and principal.anonymous,
    )
    return flask.Response(
        msgspec.json.encode(state),
        headers={"Cache-Control": "no-store"},
        content_type="application/json",
    )


def _over_tls(request: Request) -> bool:
    """Whether the browser speaks TLS, to us or to a proxy before us (its Origin tells)."""
    return request.scheme == "https" or (request.header("origin") or "").startswith("https://")
