"""`POST /api/v1/tickets`: what a browser opens a stream with."""

from __future__ import annotations

from typing import Literal

import flask
import msgspec

from promscope_api.http.body import read_body
from promscope_api.security.guard import caller
from promscope_api.security.refusal import Refused
from promscope_api.security.tickets import LIFETIME_SECONDS, Tickets

Action = Literal["watch", "logs", "exec"]


class TicketRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`action`: which stream; `node`: of what. For `watch` the name of
    the view, for `logs` and `exec` the id of a container."""

    action: Action
    node: str


class Ticket(msgspec.Struct, frozen=True):
    """Offer the subprotocols `promscope` and `ticket.<ticket>` when you open the socket."""

    ticket: str
    expires_seconds: float


def blueprint(tickets: Tickets) -> flask.Blueprint:
    routes = flask.Blueprint("tickets", __name__)

    @routes.post("/api/v1/tickets")
    def issue() -> flask.Response:
        principal = caller()
        if principal is None:
            raise Refused(401, "denied", "You are not signed in.")
        body = read_body(TicketRequest)
        ticket = tickets.issue(principal, body.action, body.node[:1024])
        return flask.Response(
            msgspec.json.encode(Ticket(ticket, LIFETIME_SECONDS)),
            201,
            {"Cache-Control": "no-store"},
            content_type="application/json",
        )

    return routes
