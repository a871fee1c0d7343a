"""Who may do what: roles grant permissions, everything else is denied, and each decision says why.

A permission is `view`, `processes` (command lines of live processes), `exec-root` (a terminal as
root, beside `exec`), `tokens` (API tokens of
one's own), `users` (everybody's sessions and tokens), `audit` (the audit log), or one of the
probe's groups of controls (`lifecycle`, `logs`, …), so a user's permission and a probe's
`--control` veto speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from promscope_api.security.principal import Principal
from promscope_api.security.selector import Selector
from promscope_wire.frames import CONTROL_GROUPS, LIFECYCLE_ACTIONS, STREAM_KINDS

#: Permissions that a selector can limit to some nodes.
OF_NODES = ("view", "processes", *CONTROL_GROUPS, "exec-root")
PERMISSIONS = (*OF_NODES, "tokens", "users", "audit")

ROLES: Mapping[str, frozenset[str]] = {
    "viewer": frozenset(("view", "processes", "tokens")),
    "operator": frozenset(("view", "processes", "tokens", "lifecycle", "logs", "exec")),
    "admin": frozenset(PERMISSIONS),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """These permissions, on the nodes the selector chooses; None: on all."""

    permissions: frozenset[str]
    selector: Selector | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may be done, and the reason in words for the user and for the audit record."""

    allowed: bool
    reason: str

    @property
    def sentence(self) -> str:
        """The reason with a capital and a full stop."""
        return f"{self.reason[:1].upper()}{self.reason[1:]}."


class Policy:
    """The built-in roles, and `custom` ones beside them. Immutable."""

    def __init__(self, custom: Mapping[str, tuple[Rule, ...]] = MappingProxyType({})) -> None:
        self._roles = {
            **{name: (Rule(granted),) for name, granted in ROLES.items()},
            **custom,
        }

    @property
    def roles(self) -> tuple[str, ...]:
        """The names of all roles."""
        return tuple(self._roles)

    def permissions(self, principal: Principal | None) -> tuple[str, ...]:
        """Everything the caller may do, on some node at least, in the order of PERMISSIONS."""
        granted: set[str] = set()
        for _, rule in self._rules(principal):
            granted |= rule.permissions
        if principal and principal.scopes is not None:
            granted &= set(principal.scopes)
        return tuple(one for one in PERMISSIONS if one in granted)

    def decide(
        self,
        principal: Principal | None,
        permission: str | None,
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> Decision:
        """Deny unless one of the caller's roles grants the permission, on a node with `labels`
        where it is limited to some."""
        if permission not in PERMISSIONS:
            return Decision(False, "nobody has this permission: it does not exist")
        if principal is None:
            return Decision(False, "you are not signed in")
        if principal.anonymous and permission not in (principal.scopes or ()):
            return Decision(False, "watching without signing in permits no actions: sign in first")
        if principal.scopes is not None and permission not in principal.scopes:
            return Decision(False, f"the scope of this API token does not include {permission}")
        elsewhere = ""
        for role, rule in self._rules(principal):
            if permission not in rule.permissions:
                continue
            if rule.selector is None or rule.selector.matches(labels):
                where = f" where {rule.selector.text}" if rule.selector else ""
                hidden = permission in OF_NODES and self._hides(principal, labels)
                reason = f"granted by the role {role}{where}"
                return Decision(False, hidden) if hidden else Decision(True, reason)
            elsewhere = f"the role {role} includes {permission} only where {rule.selector.text}"
        if elsewhere:
            return Decision(False, elsewhere)
        roles = ", ".join(principal.roles) or "none"
        return Decision(False, f"your role ({roles}) does not include {permission}")

    def sight(self, principal: Principal | None) -> str | None:
        """The text of the `graph.sight.Sight` that the caller may see nodes by: "" for all of them,
        None for none."""
        if "view" not in self.permissions(principal):
            return None
        chosen = set()
        for _, rule in self._rules(principal):
            if "view" in rule.permissions:
                if rule.selector is None:
                    return ""
                chosen.add(" ".join(rule.selector.text.split()))
        return "\n".join(sorted(chosen))

    def _hides(self, principal: Principal, labels: Mapping[str, str]) -> str:
        """Why nothing may be done to a node: its caller sees others only; "" if it does not."""
        hidden = ""
        for role, rule in self._rules(principal):
            if "view" in rule.permissions:
                if rule.selector is None or rule.selector.matches(labels):
                    return ""
                hidden = f"the role {role} shows only nodes where {rule.selector.text}"
        return hidden

    def _rules(self, principal: Principal | None) -> Iterator[tuple[str, Rule]]:
        for role in principal.roles if principal else ():
            for rule in self._roles.get(role, ()):
                yield role, rule


def permission_of(action: str) -> str | None:
    """The permission an action needs; None for an action nobody knows (nobody may do it)."""
    if action in (*STREAM_KINDS, "update"):
        return action
    return "lifecycle" if action in LIFECYCLE_ACTIONS else None
