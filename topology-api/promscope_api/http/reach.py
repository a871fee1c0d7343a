"""Whose sessions and tokens a caller may see and end."""

from __future__ import annotations

from promscope_api.security.policy import Policy
from promscope_api.security.principal import Principal


def reach(policy: Policy, principal: Principal | None) -> str | None:
    """The user name they must have; None: anybody's will do (permission `users`)."""
    if policy.decide(principal, "users").allowed:
        return None
    # No session or token can have an empty name: the anonymous viewer reaches none.
    return principal.name if principal and not principal.anonymous else ""
