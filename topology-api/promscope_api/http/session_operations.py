"""The routes of who is asking: signing in, sessions, tokens, tickets, permissions, audit."""

from __future__ import annotations

from promscope_api.audit.search import MAX_LIMIT, AuditPage
from promscope_api.http.audit import DEFAULT_LIMIT
from promscope_api.http.audit import MAX_TEXT as AUDIT_TEXT
from promscope_api.http.operation import Operation, Parameter
from promscope_api.http.probes import Invitation, InvitationRequest
from promscope_api.http.rbac import MAX_TEXT as RBAC_TEXT
from promscope_api.http.rbac import Explanation
from promscope_api.http.session import SessionState, SignIn
from promscope_api.http.sessions import SessionList
from promscope_api.http.tickets import Ticket, TicketRequest
from promscope_api.http.tokens import NewToken, TokenRequest
from promscope_api.security.probes import JoinedProbe
from promscope_api.security.tokens import ApiToken

_ID = {
    name: Parameter(name, "path", f"Id of the {name}, as listed.", {"type": "string"})
    for name in ("session", "token", "probe")
}

SESSION_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/api/v1/session", "session", "Who is asking, and what they may do.",
        SessionState, public=True, tag="session",
    ),
    Operation(
        "post", "/api/v1/session", "signIn",
        "Sign in with a one-time code, or with the name and password of a local user.",
        SessionState, body=SignIn, errors=(400, 413, 415, 429, 503), public=True, tag="session",
        audit="session-open",
    ),
    Operation(
        "get", "/api/v1/session/oidc", "oidcBegin",
        "Send the browser to the identity provider (OpenID Connect, code flow with PKCE).",
        status=303, errors=(404, 502), public=True, tag="session",
    ),
    Operation(
        "get", "/api/v1/session/oidc/callback", "oidcFinish",
        "Where the identity provider sends the browser back to; signs in and leads to the page.",
        status=303,
        parameters=tuple(
            Parameter(name, "query", text, {"type": "string"})
            for name, text in (
                ("code", "What the provider gave."),
                ("state", "What this API gave the provider."),
                ("error", "Why the provider did not."),
            )
        ),
        errors=(404, 502), public=True, tag="session", audit="session-open",
    ),
    Operation(
        "delete", "/api/v1/session", "signOut", "Sign out.",
        status=204, errors=(503,), tag="session", audit="session-end",
    ),
    Operation(
        "post", "/api/v1/tickets", "ticket",
        "A ticket that opens one stream once, within 30 seconds, for this caller only. A browser"
        " offers it as the subprotocol `ticket.<ticket>` beside `promscope`; a cookie alone opens"
        " no stream.",
        Ticket, status=201, body=TicketRequest, errors=(400, 413, 415, 429, 503), tag="session",
    ),
    Operation(
        "get", "/api/v1/sessions", "sessions",
        "The caller's sessions; everybody's for the permission `users`.",
        SessionList, errors=(503,), tag="session",
    ),
    Operation(
        "delete", "/api/v1/sessions/{session}", "endSession",
        "End a session. Every stream opened with it ends within 5 seconds.",
        status=204, parameters=(_ID["session"],), errors=(404, 503), tag="session",
        audit="session-end",
    ),
    Operation(
        "get", "/api/v1/tokens", "tokens",
        "The caller's API tokens, without their secrets; everybody's for the permission `users`.",
        list[ApiToken], errors=(503,), tag="session", permission="tokens",
    ),
    Operation(
        "post", "/api/v1/tokens", "createToken",
        "Make an API token. Its secret is in this answer and nowhere else; only a signed-in user"
        " makes one, and it never permits more than its maker may do.",
        NewToken, status=201, body=TokenRequest, errors=(400, 413, 415, 503), tag="session",
        permission="tokens", audit="token-create",
    ),
    Operation(
        "delete", "/api/v1/tokens/{token}", "revokeToken",
        "Revoke an API token. Every stream opened with it ends within 5 seconds.",
        status=204, parameters=(_ID["token"],), errors=(404, 503), tag="session",
        permission="tokens", audit="token-revoke",
    ),
    Operation(
        "get", "/api/v1/probes", "probes",
        "Probes that joined with a token and have a credential of their own.",
        list[JoinedProbe], errors=(503,), tag="session", permission="users",
    ),
    Operation(
        "post", "/api/v1/probes/invitations", "inviteProbe",
        "Make a token that one probe joins with, once. It is in this answer and nowhere else.",
        Invitation, status=201, body=InvitationRequest, errors=(400, 413, 415, 503),
        tag="session", permission="users", audit="probe-invite",
    ),
    Operation(
        "delete", "/api/v1/probes/{probe}", "revokeProbe",
        "Let a probe in no more. Its tunnel ends within 5 seconds.",
        status=204, parameters=(_ID["probe"],), errors=(404, 503), tag="session",
        permission="users", audit="probe-revoke",
    ),
    Operation(
        "get", "/api/v1/audit", "audit",
        "Records of this replica's audit log, the newest first, with the field names of the"
        " Elastic Common Schema.",
        AuditPage,
        parameters=(
            *(
                Parameter(name, "query", text, {"type": "string", "maxLength": AUDIT_TEXT})
                for name, text in (
                    ("user", "Name of the user."),
                    ("action", "An event.action such as `container-restart`."),
                    ("outcome", "success, failure or unknown."),
                    ("node", "Id of a node, or name of a container."),
                    ("before", "Older than this @timestamp: `next` of the page before."),
                )
            ),
            Parameter(
                "limit", "query", "How many; those of one moment stay together.",
                {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            ),
        ),
        errors=(400, 503), tag="session", permission="audit",
    ),
    Operation(
        "get", "/api/v1/rbac", "explain",
        "Whether a user may do something to a node, and why. About oneself; about everybody for"
        " the permission `users`.",
        Explanation,
        parameters=tuple(
            Parameter(name, "query", text, {"type": "string", "maxLength": RBAC_TEXT})
            for name, text in (
                ("user", "Name of the user."),
                ("action", "An action such as `restart`, or a permission."),
                ("node", "Id of the node; empty for what is of no node."),
            )
        ),
        errors=(400, 404, 503), tag="session",
    ),
)  # fmt: skip
