"""The one gate in front of every route and every socket: deny by default.

Flask: `guard.install(app)` checks each request before its view; a view says what it needs with
`@needs("…")`, `@public`, `@arrival` or `@health`, and one that says nothing needs `view`.
ASGI sockets: `principal = await guard.open_socket(scope, receive, send)` before accepting.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar, cast

import flask
from msgspec.structs import replace

from promscope_api.security.bearers import Bearers
from promscope_api.security.lifelines import Lifelines
from promscope_api.security.origin import Origins, is_local, refuse_credentials_in_query
from promscope_api.security.policy import Policy
from promscope_api.security.principal import LOCAL_VIEWER, Principal
from promscope_api.security.refusal import CONTENT_TYPE, Refused
from promscope_api.security.request import Request, Scope, from_asgi, from_wsgi
from promscope_api.security.tickets import PROTOCOL, Tickets, offered
from promscope_api.store.store import StoreUnavailable

COOKIE = "promscope_session"

_READING = frozenset(("GET", "HEAD", "OPTIONS"))
_PUBLIC = "public"
_HEALTH = "health"
_ARRIVAL = "arrival"
_MARK = "promscope_access"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])


class SessionLookup(Protocol):
    def principal(self, token: str) -> Principal | None: ...


class DenialLog(Protocol):
    def denied(self, request: Request, refused: Refused, principal: Principal | None) -> None: ...


def needs(permission: str) -> Callable[[View], View]:
    """Mark a Flask view: the caller must have this permission."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def public(view: View) -> View:
    """Mark a Flask view that anyone may call: the page itself, and signing in."""
    setattr(view, _MARK, _PUBLIC)
    return view


def arrival(view: View) -> View:
    """Mark a Flask view that browsers are sent to by another site, with a code in the query that
    is worth nothing without a cookie of ours (OpenID Connect)."""
    setattr(view, _MARK, _ARRIVAL)
    return view


def health(view: View) -> View:
    """Mark a Flask view that anyone may call under any Host name, as health checks do."""
    setattr(view, _MARK, _HEALTH)
    return view


class Guard:
    """Who asks, and may they? `local_viewer` is the setting `--auth.local-viewer`."""

    def __init__(
        self,
        sessions: SessionLookup,
        bearers: Bearers,
        denials: DenialLog,
        origins: Origins,
        lifelines: Lifelines,
        tickets: Tickets,
        policy: Policy,
        *,
        local_viewer: bool,
    ) -> None:
        self._sessions = sessions
        self._bearers = bearers
        self._denials = denials
        self._origins = origins
        self.lifelines = lifelines
        self._tickets = tickets
        self.policy = policy
        self.local_viewer = local_viewer

    def check(self, request: Request, permission: str) -> Principal | None:
        """The caller, if it has `permission`. Blocks for a moment (the session store).

        Raises Refused, which is then already in the audit log where it denied something.
        """
        principal = None
        try:
            principal = self.identify(request)
            # On some node at least: which one is decided where it is known.
            if permission not in self.policy.permissions(principal):
                decision = self.policy.decide(principal, permission)
                status = 403 if principal else 401
                raise Refused(status, "denied", decision.sentence)
        except Refused as refused:
            self._denials.denied(request, refused, principal)
            raise
        return principal

    def _admit(self, request: Request, permission: str, action: str, node: str) -> Principal | None:
        principal = self.check(request, permission)
        try:
            ticket = offered(request)
            if ticket is None:
                if principal is not None and principal.method == "session":
                    raise Refused(
                        403,
                        "no-ticket",
                        "A cookie opens no stream: get one of POST /api/v1/tickets.",
                    )
                return principal
            holder = self._tickets.redeem(ticket, action, node)
            if holder.anonymous and self.local_viewer and is_local(request):
                # Signed in since the ticket was given: it still opens what it was given for.
                return holder
            if replace(holder, until=None) != (principal and replace(principal, until=None)):
                raise Refused(403, "wrong-ticket", "This ticket is another user's.")
        except StoreUnavailable as error:
            log.error("%s", error)
            raise Refused(503, "store-unavailable", "The ticket cannot be checked now.") from error
        except Refused as refused:
            self._denials.denied(request, refused, principal)
            raise
        return principal

    def check_public(self, request: Request) -> None:
        """For routes without a permission. Raises Refused, audited."""
        try:
            self._check_form(request, cookie=False)
        except Refused as refused:
            self._denials.denied(request, refused, None)
            raise

    def check_arrival(self, request: Request) -> None:
        """For a route that another site sends browsers to. Raises Refused, audited."""
        try:
            self._origins.check_host(request)
        except Refused as refused:
            self._denials.denied(request, refused, None)
            raise

    def identify(self, request: Request) -> Principal | None:
        """Who asks; None: nobody. Raises Refused for a request that no page of ours makes."""
        bearer = request.header("authorization")
        cookie = request.cookie(COOKIE) if bearer is None else None
        self._check_form(request, cookie=cookie is not None)
        try:
            if bearer is not None:
                return self._bearers.principal(request)
            principal = self._sessions.principal(cookie) if cookie else None
        except StoreUnavailable as error:
            log.error("%s", error)
            raise Refused(
                503, "store-unavailable", "Who you are cannot be checked now: try again."
            ) from error
        if principal is None and self.local_viewer and is_local(request):
            return LOCAL_VIEWER
        return principal

    def _check_form(self, request: Request, *, cookie: bool) -> None:
        refuse_credentials_in_query(request)
        self._origins.check_host(request)
        changes = request.transport == "websocket" or request.method not in _READING
        self._origins.check_origin(request, required=cookie and changes)
        if request.transport == "http" and request.method in ("POST", "PUT", "PATCH"):
            content_type = (request.header("content-type") or "").partition(";")[0].strip()
            if content_type.lower() != "application/json":
                raise Refused(415, "not-json", "Send the body as Content-Type: application/json.")

    def install(self, app: flask.Flask) -> None:
        """Check every request of `app`; views find the caller by `caller()`."""

        @app.before_request
        def gate() -> flask.Response | None:
            request = from_wsgi(flask.request.environ)
            view = app.view_functions.get(flask.request.endpoint or "")
            access = getattr(view, _MARK, "view")
            flask.g.promscope_request = request
            flask.g.promscope_principal = None
            try:
                if access == _PUBLIC:
                    self.check_public(request)
                elif access == _ARRIVAL:
                    self.check_arrival(request)
                elif access != _HEALTH:
                    flask.g.promscope_principal = self.check(request, access)
            except Refused as refused:
                return respond(refused)
            return None

        app.register_error_handler(Refused, respond)

    async def open_socket(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        permission: str = "view",
        *,
        action: str = "watch",
        node: str = "",
    ) -> Principal | None:
        """The caller of a WebSocket that is not yet accepted; None: refused and answered.

        A ticket opens it for what it was made for; a session's cookie alone does not.
        """
        request = from_asgi(scope)
        try:
            return await asyncio.to_thread(self._admit, request, permission, action, node)
        except Refused as refused:
            await receive()
            await refuse_socket(scope, send, refused)
            return None


def accepted(scope: Scope) -> dict[str, Any]:
    """The message that accepts a WebSocket, in the subprotocol a holder of a ticket offers."""
    message: dict[str, Any] = {"type": "websocket.accept"}
    if PROTOCOL in scope.get("subprotocols", ()):
        message["subprotocol"] = PROTOCOL
    return message


async def refuse_socket(scope: Scope, send: Send, refused: Refused) -> None:
    """Answer a WebSocket handshake with an HTTP error (extension `websocket.http.response`)."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008, "reason": refused.reason})
        return
    headers = {"Content-Type": CONTENT_TYPE, **refused.headers()}
    await send(
        {
            "type": "websocket.http.response.start",
            "status": refused.status,
            "headers": [
                (name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()
            ],
        }
    )
    body = json.dumps(refused.problem()).encode()
    await send({"type": "websocket.http.response.body", "body": body})


def respond(refused: Refused) -> flask.Response:
    """The problem+json response of a refusal."""
    return flask.Response(
        json.dumps(refused.problem()),
        refused.status,
        refused.headers(),
        content_type=CONTENT_TYPE,
    )


def caller() -> Principal | None:
    """The caller of the current Flask request; None on public routes."""
    return cast("Principal | None", flask.g.promscope_principal)


def current_request() -> Request:
    """The current Flask request as the checks saw it."""
    return cast("Request", flask.g.promscope_request)
