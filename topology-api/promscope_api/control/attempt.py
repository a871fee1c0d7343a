"""One attempt to do something to a container, and its audit records."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from types import MappingProxyType

from promscope_api.audit.event import Event, Outcome
from promscope_api.audit.log import AuditLog, AuditUnavailable
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request
from promscope_wire import frames

#: How a problem of the probe is answered over HTTP.
STATUS = {
    "not-found": 404,
    "gone": 409,
    "conflict": 409,
    "duplicate": 409,
    "outdated": 409,
    "vetoed": 403,
    "invalid": 400,
    "engine": 502,
    "offline": 503,
    "timeout": 504,
    "expired": 504,
    "unknown": 504,
}

_NONE: Mapping[str, int | str] = MappingProxyType({})

log = logging.getLogger(__name__)


class Attempt:
    """`operation_id`: of all its records, a denied one too."""

    def __init__(
        self,
        audit: AuditLog,
        principal: Principal | None,
        node: str,
        action: str,
        request: Request,
        operation_id: str,
        bulk_id: str = "",
    ) -> None:
        self._audit = audit
        self.principal = principal
        self.node = node
        self.action = action
        self.operation_id = operation_id
        self.container: frames.ContainerRecord | None = None
        self.host_id = ""
        self.sent = False
        self._request = request
        self._bulk_id = bulk_id

    def denied(self, reason: str) -> None:
        self._append("denied", "failure", reason)

    def intent(self, reason: str) -> None:
        self._append("intent", "unknown", reason)

    def outcome(self, outcome: frames.Outcome, details: Mapping[str, int | str] = _NONE) -> None:
        problem = outcome.problem
        if outcome.status == "done":
            self._append("outcome", "success", "", details=details)
            return
        kind = problem.kind if problem else "engine"
        words = f"{problem.title}: {problem.detail}" if problem else "failed"
        result: Outcome = "unknown" if kind in ("unknown", "timeout") else "failure"
        self._append("outcome", result, words, kind, details)

    def remark(self, action: str) -> None:
        """Something that happened meanwhile, such as exec-detach."""
        self._append("", "success", "", action=action)

    def late(self, outcome: frames.Outcome) -> None:
        """The final outcome of what was `running`; recorded off the event loop."""

        def record() -> None:
            try:
                self.outcome(outcome)
            except AuditUnavailable as error:
                log.error(
                    "the outcome of operation %s could not be recorded: %s",
                    self.operation_id,
                    error,
                )

        threading.Thread(target=record, name="audit-late-outcome").start()

    def audit_failed(self, error: AuditUnavailable) -> str:
        """What the user is told when the audit log cannot be written."""
        if self.sent:
            return f"The action was sent, but its outcome could not be recorded: {error}"
        return f"Nothing was done, because it could not be recorded: {error}"

    def refused(self, status: int, reason: str, detail: str, title: str = "") -> Refused:
        members = {"operation_id": self.operation_id}
        return Refused(status, reason, detail, title=title, members=members)

    def failed(self, problem: frames.Problem) -> Refused:
        """The problem of a probe as the answer of a request."""
        detail = problem.detail or f"{problem.title}."
        return self.refused(STATUS.get(problem.kind, 502), problem.kind, detail, problem.title)

    def _append(
        self,
        phase: str,
        result: Outcome,
        reason: str,
        kind: str = "",
        details: Mapping[str, int | str] = _NONE,
        action: str = "",
    ) -> None:
        self._audit.append(
            Event(
                action=f"container-{action or self.action}",
                phase=phase,
                outcome=result,
                reason=reason,
                problem=kind,
                principal=self.principal,
                request=self._request,
                operation_id=self.operation_id,
                node=self.node,
                host_id=self.host_id,
                container=self.container,
                details={**details, **({"bulk.id": self._bulk_id} if self._bulk_id else {})},
            )
        )
