"""Examples of the OpenAPI document: who asks, and what they may do."""

from __future__ import annotations

from typing import Any

from promscope_api.audit.search import AuditPage
from promscope_api.http.probes import Invitation, InvitationRequest
from promscope_api.http.rbac import Explanation
from promscope_api.http.session import SessionState, SignIn, User
from promscope_api.http.sessions import SessionList
from promscope_api.http.tickets import Ticket, TicketRequest
from promscope_api.http.tokens import NewToken, TokenRequest
from promscope_api.security.probes import JoinedProbe
from promscope_api.security.sessions import Session
from promscope_api.security.tokens import ApiToken

_AT = 1796040000.0
_TOKEN = ApiToken(
    "5f0c9d2e7a1b4c38", "nightly report", "ada", ("operator",), ("view",), _AT, _AT + 30 * 86400
)
_SESSION = Session("9c1e5a7f3b2d4860", "ada", ("operator",), _AT, _AT + 12 * 3600, "192.0.2.7")

#: Type of a body → an example of it.
SESSION_EXAMPLES: dict[Any, Any] = {
    SessionState: SessionState(
        User("ada", ("operator",)), ("view", "processes", "lifecycle", "tokens"), False, True
    ),
    SignIn: SignIn(code="7K2M-9QXW-4RTB"),
    TicketRequest: TicketRequest("watch", "containers"),
    Ticket: Ticket("Zk3v8Qm1xYt0aLpe9K2b", 30.0),
    SessionList: SessionList([_SESSION], _SESSION.id),
    TokenRequest: TokenRequest("nightly report", ("view",), 30 * 86400),
    NewToken: NewToken(_TOKEN, "pst_…"),
    InvitationRequest: InvitationRequest("web-1", 3600),
    Invitation: Invitation("psj_…"),
    list[JoinedProbe]: [
        JoinedProbe("1f0c6a7d9b2e4835", "web-1", "6ca545a05b0d478e", 1_900_000_000.0)
    ],
    list[ApiToken]: [_TOKEN],
    Explanation: Explanation(
        "ada", ("operator",), "restart", "lifecycle", "container:4f1c0d2b9a7e", True,
        "granted by the role operator",
    ),
    AuditPage: AuditPage(
        [
            {
                "@timestamp": "2026-11-30T12:00:00.000Z",
                "event.action": "container-restart",
                "event.outcome": "success",
                "event.sequence": 41,
                "user.name": "ada",
                "source.ip": "192.0.2.7",
                "container.name": "shop-web-1",
            }
        ],
        "2026-11-30T12:00:00.000Z", 0,
    ),
}  # fmt: skip
