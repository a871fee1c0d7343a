"""`GET /api/v1/rbac`: may this user do this to this node, and why?"""

from __future__ import annotations

import flask
import msgspec

from promscope_api.control.dispatch import Dispatch
from promscope_api.http.reach import reach
from promscope_api.security.guard import caller
from promscope_api.security.policy import Policy
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.sessions import Sessions
from promscope_api.security.tokens import Tokens
from promscope_api.security.users import Users

MAX_TEXT = 1024


class Explanation(msgspec.Struct, frozen=True):
    """`permission`: what the action needs; empty where there is no such action."""

    user: str
    roles: tuple[str, ...]
    action: str
    permission: str
    node: str
    allowed: bool
    reason: str


def blueprint(
    dispatch: Dispatch, policy: Policy, users: Users, sessions: Sessions, tokens: Tokens
) -> flask.Blueprint:
    """A caller asks about itself; one with the permission `users` about everybody."""
    routes = flask.Blueprint("rbac", __name__)

    @routes.get("/api/v1/rbac")
    def explain() -> flask.Response:
        asked = {name: flask.request.args.get(name, "") for name in ("user", "action", "node")}
        if not asked["user"] or not asked["action"] or max(map(len, asked.values())) > MAX_TEXT:
            raise Refused(400, "bad-query", "Name a user, an action and (for some) a node.")
        mine = reach(policy, caller())
        if mine is not None and mine != asked["user"]:
            raise Refused(403, "denied", "You may ask about yourself only.")
        roles = _roles(asked["user"], users, sessions, tokens)
        principal = Principal(asked["user"], roles, "session")
        permission, decision = dispatch.explain(principal, asked["action"], asked["node"])
        found = Explanation(
            asked["user"],
            roles,
            asked["action"],
            permission,
            asked["node"],
            decision.allowed,
            decision.reason,
        )
        return flask.Response(
            msgspec.json.encode(found),
            headers={"Cache-Control": "no-store"},
            content_type="application/json",
        )

    return routes


def _roles(name: str, users: Users, sessions: Sessions, tokens: Tokens) -> tuple[str, ...]:
    """Of a local user, else what the user's sessions and tokens have. Raises Refused (404)."""
    for user in users.all():
        if user.name == name:
            return user.roles
    held = [
        *(session.roles for session in sessions.all(name)),
        *(token.roles for token in tokens.all(name)),
    ]
    if not held:
        raise Refused(404, "no-user", f"There is no user {name[:64]!r}, signed in or local.")
    return tuple(dict.fromkeys(role for roles in held for role in roles))
