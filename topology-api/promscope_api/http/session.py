"""`/api/v1/session`: who am I, sign in with a one-time code or a password, sign out."""

from __future__ import annotations

import flask
import msgspec

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog
from promscope_api.http.body import read_body
from promscope_api.security.codes import SignInCodes
from promscope_api.security.grant import Grant
from promscope_api.security.guard import COOKIE, Guard, caller, current_request, needs, public
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request
from promscope_api.security.sessions import Sessions
from promscope_api.security.users import MAX_NAME, Users

_MAX_CODE = 64


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST: either `code`, as `promscope sign-in-code` printed it, or `name` and
    `password` of a local user."""

    code: str | None = None
    name: str | None = None
    password: str | None = None


class User(msgspec.Struct, frozen=True):
    name: str
    roles: tuple[str, ...]


class SessionState(msgspec.Struct, frozen=True):
    """`user` is null where nobody is signed in. `local_viewer`: the caller watches without
    signing in because this API lets everyone on its machine. `oidc`: an identity provider signs
    in too, at GET /api/v1/session/oidc."""

    user: User | None
    permissions: tuple[str, ...]
    local_viewer: bool
    oidc: bool


def blueprint(
    guard: Guard, sessions: Sessions, codes: SignInCodes, users: Users, audit: AuditLog, oidc: bool
) -> flask.Blueprint:
    """The three routes. Their errors are problem+json by `Refused`."""
    routes = flask.Blueprint("session", __name__)

    @routes.get("/api/v1/session")
    @public
    def show() -> flask.Response:
        return _answer(guard, guard.identify(current_request()), oidc)

    @routes.post("/api/v1/session")
    @public
    def sign_in() -> flask.Response:
        request = current_request()
        body = read_body(SignIn)
        grant = _grant(codes, users, audit, body, request)
        token, principal = sessions.open(grant.user, grant.roles, request.peer)
        audit.append(Event("session-open", "success", principal=principal, request=request))
        response = _answer(guard, principal, oidc)
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
            sessions.close(principal.session)
            audit.append(Event("session-end", "success", principal=principal, request=request))
        response = flask.Response(status=204, headers={"Cache-Control": "no-store"})
        response.delete_cookie(
            COOKIE, path="/", secure=_over_tls(request), httponly=True, samesite="Strict"
        )
        return response

    return routes


def _grant(
    codes: SignInCodes, users: Users, audit: AuditLog, body: SignIn, request: Request
) -> Grant:
    try:
        if body.code is not None and body.name is None and body.password is None:
            return codes.redeem(body.code[:_MAX_CODE], request.peer)
        if body.code is None and body.name is not None and body.password is not None:
            return users.check(body.name[:MAX_NAME], body.password, request.peer)
        raise Refused(400, "bad-body", "Send either a code, or a name and a password.")
    except Refused as refused:
        event = Event(
            "session-open",
            "failure",
            "denied",
            refused.detail,
            refused.reason,
            request=request,
            details={"for_user": body.name[:MAX_NAME]} if body.name else {},
        )
        if refused.status == 401:  # the wrong ones that led to a 429 are recorded
            audit.append(event)
        raise


def _answer(guard: Guard, principal: Principal | None, oidc: bool) -> flask.Response:
    signed_in = principal is not None and not principal.anonymous
    state = SessionState(
        user=User(principal.name, principal.roles) if principal and signed_in else None,
        permissions=guard.policy.permissions(principal),
        local_viewer=principal is not None and principal.anonymous,
        oidc=oidc,
    )
    return flask.Response(
        msgspec.json.encode(state),
        headers={"Cache-Control": "no-store"},
        content_type="application/json",
    )


def _over_tls(request: Request) -> bool:
    """Whether the browser speaks TLS, to us or to a proxy before us (its Origin tells)."""
    return request.scheme == "https" or (request.header("origin") or "").startswith("https://")
