"""`/api/v1/session/oidc`: to the identity provider and back."""

from __future__ import annotations

import flask

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog
from promscope_api.security.guard import COOKIE, DenialLog, arrival, current_request, public
from promscope_api.security.oidc import CALLBACK_PATH, COOKIE_SECONDS, Oidc
from promscope_api.security.refusal import Refused
from promscope_api.security.sessions import Sessions

_SECRET = "promscope_oidc"  # noqa: S105 - a cookie's name
_PATH = "/api/v1/session/oidc"


def blueprint(
    oidc: Oidc | None, sessions: Sessions, denials: DenialLog, audit: AuditLog
) -> flask.Blueprint:
    """Two routes; without a provider both say so."""
    routes = flask.Blueprint("oidc", __name__)

    @routes.get(_PATH)
    @public
    def begin() -> flask.Response:
        url, secret = _provider(oidc).begin()
        response = _to(url)
        # Lax: the browser comes back from another site.
        response.set_cookie(
            _SECRET,
            secret,
            max_age=COOKIE_SECONDS,
            path=_PATH,
            secure=_provider(oidc).over_tls,
            httponly=True,
            samesite="Lax",
        )
        return response

    @routes.get(CALLBACK_PATH)
    @arrival
    def finish() -> flask.Response:
        provider, request = _provider(oidc), current_request()
        try:
            grant = provider.finish(request.cookie(_SECRET) or "", flask.request.args.to_dict())
        except Refused as refused:
            denials.denied(request, refused, None)
            raise
        token, principal = sessions.open(grant.user, grant.roles, request.peer)
        audit.append(Event("session-open", "success", principal=principal, request=request))
        response = _to("/")
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(sessions.lifetime_seconds),
            path="/",
            secure=provider.over_tls,
            httponly=True,
            samesite="Strict",
        )
        response.delete_cookie(_SECRET, path=_PATH)
        return response

    return routes


def _provider(oidc: Oidc | None) -> Oidc:
    if oidc is None:
        raise Refused(404, "no-oidc", "This API has no identity provider (--auth.oidc-issuer).")
    return oidc


def _to(url: str) -> flask.Response:
    return flask.Response(status=303, headers={"Location": url, "Cache-Control": "no-store"})
