"""Who may do what: roles grant permissions, everything else is denied, and each decision says why.

A permission is `view`, `processes` (command lines of live processes), `tokens` (API tokens of
one's own), `users` (everybody's sessions and tokens), `audit` (the audit log), or one of the
probe's groups of controls (`lifecycle`, `logs`, …), so a user's permission and a probe's
`--control` veto speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promscope_api.security.principal import Principal
from promscope_wire.frames import CONTROL_GROUPS, LIFECYCLE_ACTIONS

PERMISSIONS = ("view", "processes", *CONTROL_GROUPS, "tokens", "users", "audit")

ROLES: Mapping[str, frozenset[str]] = {
    "viewer": frozenset(("view", "processes", "tokens")),
    "operator": frozenset(("view", "processes", "tokens", "lifecycle")),
    "admin": frozenset(PERMISSIONS),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may be done, and the reason in words for the user and for the audit record."""

    allowed: bool
    reason: str

    @property
    def sentence(self) -> str:
        """The reason with a capital and a full stop."""
        return f"{self.reason[:1].upper()}{self.reason[1:]}."


def permissions(principal: Principal | None) -> tuple[str, ...]:
    """Everything the caller may do, in the order of PERMISSIONS."""
    granted: set[str] = set()
    for role in principal.roles if principal else ():
        granted |= ROLES.get(role, frozenset())
    if principal and principal.scopes is not None:
        granted &= set(principal.scopes)
    return tuple(one for one in PERMISSIONS if one in granted)


def permission_of(action: str) -> str | None:
    """The permission an action needs; None for an action nobody knows (nobody may do it)."""
    return "lifecycle" if action in LIFECYCLE_ACTIONS else None


def decide(principal: Principal | None, permission: str | None) -> Decision:
    """Deny unless one of the caller's roles grants the permission."""
    if permission not in PERMISSIONS:
        return Decision(False, "nobody has this permission: it does not exist")
    if principal is None:
        return Decision(False, "you are not signed in")
    if principal.anonymous and permission not in (principal.scopes or ()):
        return Decision(False, "watching without signing in permits no actions: sign in first")
    if principal.scopes is not None and permission not in principal.scopes:
        return Decision(False, f"the scope of this API token does not include {permission}")
    for role in principal.roles:
        if permission in ROLES.get(role, frozenset()):
            return Decision(True, f"granted by the role {role}")
    roles = ", ".join(principal.roles) or "none"
    return Decision(False, f"your role ({roles}) does not include {permission}")
