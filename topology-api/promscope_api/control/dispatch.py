"""One action, from the wish to its recorded outcome: permission → intent → probe → outcome.

The intent is on disk before anything is sent; if it cannot be written, nothing is done. Every
attempt has one operation id, a denied one too.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from promscope_api.audit.log import AuditLog, AuditUnavailable
from promscope_api.control.attempt import Attempt
from promscope_api.control.happening import Happening, happening
from promscope_api.control.offers import BUTTONS, Offer, offers, why_not
from promscope_api.control.subject import labels
from promscope_api.control.tunnels import Tunnels
from promscope_api.security.policy import PERMISSIONS, Decision, Policy, permission_of
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request
from promscope_wire import frames

#: What the user waits at most, and how much of it the probe may use.
TOTAL_SECONDS = 9.5
TTL_SECONDS = 8.0
#: Each holds a thread of the API for as long as it watches.
MAX_WATCHERS = 4

log = logging.getLogger(__name__)


class Done(msgspec.Struct, frozen=True):
    """`running`: accepted by the engine and still under way (a container that takes its time
    to stop)."""

    operation_id: str
    status: str


class Dispatch:
    """Called from request threads; blocks until the outcome, at most TOTAL_SECONDS."""

    def __init__(self, tunnels: Tunnels, audit: AuditLog, policy: Policy) -> None:
        self._tunnels = tunnels
        self._audit = audit
        self._policy = policy
        self._watchers = threading.BoundedSemaphore(MAX_WATCHERS)

    def actions_for(self, principal: Principal | None, node: str) -> list[Offer]:
        """What can be done to a node, each with whether this caller may, and why not."""
        return self._offers(principal, node, BUTTONS)

    def streams_for(self, principal: Principal | None, node: str) -> list[Offer]:
        """Which streams of a node there are, each with whether this caller may, and why not."""
        return self._offers(principal, node, frames.STREAM_KINDS)

    def _offers(
        self, principal: Principal | None, node: str, actions: Sequence[str]
    ) -> list[Offer]:
        host_id = self._tunnels.host_of(node)
        probe = self._tunnels.probe(host_id) if host_id else None
        record = self._tunnels.record(node)
        theirs = labels(self._tunnels, node)
        return offers(self._policy, theirs, principal, node, record, probe, actions)

    def explain(self, principal: Principal, action: str, node: str) -> tuple[str, Decision]:
        """The permission that an action (or permission) needs, and whether and why this caller
        may do it to the node now."""
        permission = permission_of(action) or (action if action in PERMISSIONS else "")
        decision = self._policy.decide(principal, permission, labels(self._tunnels, node))
        if decision.allowed and permission_of(action):
            host_id = self._tunnels.host_of(node)
            probe = self._tunnels.probe(host_id) if host_id else None
            reason = why_not(action, self._tunnels.record(node), probe)
            decision = Decision(False, reason) if reason else decision
        return permission, decision

    def act(
        self,
        principal: Principal | None,
        node: str,
        action: str,
        parameters: Mapping[str, Any],
        request: Request,
        *,
        bulk_id: str = "",
    ) -> Done:
        """Do `action` to `node`. `bulk_id`: of what it is a part of, for the record.

        Raises Refused with the status and, as member, the operation_id: 400, 403, 404, 409,
        502, 503, 504 as in STATUS.
        """
        operation_id = secrets.token_hex(16)
        attempt = Attempt(self._audit, principal, node, action, request, operation_id, bulk_id)
        try:
            return self._attempt(attempt, dict(parameters))
        except AuditUnavailable as error:
            log.error("no action without an audit record: %s", error)
            raise Refused(
                503,
                "audit-unavailable",
                attempt.audit_failed(error),
                members={"operation_id": operation_id},
            ) from error

    def ask(self, principal: Principal | None, subject: frames.Subject, node: str) -> frames.Answer:
        """What the probe of a host or container knows of it just now, where the caller may see
        live processes."""
        decision = self._policy.decide(principal, "processes", labels(self._tunnels, node))
        if not decision.allowed:
            return frames.Answer("", problem=frames.Problem("vetoed", decision.reason))
        host_id = self._tunnels.host_of(node)
        if host_id is None:
            problem = frames.Problem("offline", "No probe of this host has a tunnel to this API")
            return frames.Answer("", problem=problem)
        return self._tunnels.from_thread(
            self._tunnels.ask(host_id, frames.Query("", subject, node))
        )

    def watch(self, principal: Principal | None, node: str, seconds: float) -> Happening:
        """What happens at a host or container for so long, under the same permission.

        Raises Refused: 403, 429 while as many watch as may at once, 503 without its probe.
        """
        decision = self._policy.decide(principal, "processes", labels(self._tunnels, node))
        if not decision.allowed:
            raise Refused(403, "denied", decision.sentence)
        if not self._watchers.acquire(blocking=False):
            raise Refused(429, "too-many", f"{MAX_WATCHERS} watch already; try again in a moment.")
        try:
            host_id = self._tunnels.host_of(node) or ""
            told = self._tunnels.from_thread(self._tunnels.watch(host_id, seconds))
        except (ConnectionError, RuntimeError) as error:
            raise Refused(503, "offline", f"{error}.") from error
        finally:
            self._watchers.release()
        return happening(told, node)

    def _attempt(self, attempt: Attempt, parameters: dict[str, Any]) -> Done:
        permission = permission_of(attempt.action)
        if attempt.action not in frames.ACTIONS:
            actions = ", ".join(frames.ACTIONS)
            raise attempt.refused(
                404, "no-action", f"There is no such action; there are {actions}."
            )
        decision = self._policy.decide(
            attempt.principal, permission, labels(self._tunnels, attempt.node)
        )
        record = self._tunnels.record(attempt.node)
        attempt.container = record
        attempt.host_id = self._tunnels.host_of(attempt.node) or ""
        if not decision.allowed:
            attempt.denied(decision.reason)
            raise attempt.refused(403, "denied", decision.sentence)
        attempt.intent(decision.reason)
        outcome = self._send(attempt, parameters)
        if outcome.status == "running":
            attempt.sent = True
            return Done(attempt.operation_id, "running")
        attempt.outcome(outcome)
        if outcome.problem is not None or outcome.status == "failed":
            problem = outcome.problem or frames.Problem("engine", "The action failed")
            raise attempt.failed(problem)
        return Done(attempt.operation_id, "done")

    def _send(self, attempt: Attempt, parameters: dict[str, Any]) -> frames.Outcome:
        if attempt.container is None or not attempt.host_id:
            detail = "No container with this id is known to a connected probe."
            problem = frames.Problem("not-found", "Unknown id", detail)
            return frames.Outcome(attempt.operation_id, "failed", problem)
        control = frames.Control(
            attempt.operation_id, attempt.action, attempt.node, TTL_SECONDS, parameters
        )
        attempt.sent = True
        return self._tunnels.from_thread(
            self._tunnels.act(attempt.host_id, control, TOTAL_SECONDS, attempt.late)
        )
