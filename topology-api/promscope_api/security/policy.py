"""Who may do what: roles grant permissions, everything else is denied, and each decision says why.

A permission is `view`, `processes` (command lines of live processes), or one of the probe's
groups of controls (`lifecycle`, `logs`, …), so a user's permission and a probe's `--control`
veto speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promscope_api.security.principal import Principal
from promscope_wire.frames import CONTROL_GROUPS, LIFECYCLE_ACTIONS

PERMISSIONS = ("view", "processes", *CONTROL_GROUPS)

ROLES: Mapping[str, frozenset[str]] = {
    "viewer": frozenset(("view", "processes")),
    "operator": frozenset(("view", "processes", "lifecycle")),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may be done, and the reason in words for the user and for the audit record."""

    allowed: bool
    reason: str


def permissions(principal: Principal | None) -> tuple[str, ...]:
    """Everything the caller may do, in the order of PERMISSIONS."""
    granted: set[str] = set()
    for role in principal.roles if principal else ():
        granted |= ROLES.get(role, frozenset())
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
    for role in principal.roles:
        if permission in ROLES.get(role, frozenset()):
            return Decision(True, f"granted by the role {role}")
    if principal.anonymous:
        return Decision(False, "watching without signing in permits no actions: sign in first")
    roles = ", ".join(principal.roles) or "none"
    return Decision(False, f"your role ({roles}) does not include {permission}")
