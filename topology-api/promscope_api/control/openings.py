"""Opening a stream of a container: permission → intent → probe, and the outcome at its end."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from typing import Any

from promscope_api.audit.log import AuditLog, AuditUnavailable
from promscope_api.control.attempt import Attempt
from promscope_api.control.streams import Live, NoStream, Streams
from promscope_api.control.subject import labels
from promscope_api.control.tunnels import Tunnels
from promscope_api.security.policy import Policy
from promscope_api.security.principal import Principal
from promscope_api.security.request import Request
from promscope_wire import frames
from promscope_wire.streams import End, StreamKind

#: What the user waits at most until the stream stands.
OPEN_SECONDS = 9.0

log = logging.getLogger(__name__)


class Opening:
    """An open stream and its audit record. Use its `stream`, then `close` it."""

    def __init__(
        self, principal: Principal, attempt: Attempt, streams: Streams, live: Live
    ) -> None:
        self.stream = live.stream
        self.principal = principal
        self.details = live.details
        self._attempt = attempt
        self._streams = streams
        self._live = live
        self._began = time.monotonic()

    @property
    def file_name(self) -> str:
        """The container's name, as a name of a file."""
        name = self._attempt.container.name if self._attempt.container else ""
        return re.sub(r"[^A-Za-z0-9._-]", "_", name)[:100] or "container"

    @property
    def node(self) -> str:
        return self._attempt.node

    @property
    def operation_id(self) -> str:
        return self._attempt.operation_id

    def resize(self, columns: int, rows: int) -> None:
        self._live.resize(columns, rows)

    async def remark(self, action: str) -> None:
        """Record what happened to it meanwhile, such as exec-detach."""
        try:
            await asyncio.to_thread(self._attempt.remark, action)
        except AuditUnavailable as error:
            log.error("%s of a stream could not be recorded: %s", action, error)

    async def close(self, cause: str, end: End | None = None) -> None:
        """End it at the probe and record how it went. `cause`: why it ends, in a word; `end`: what
        the probe said where it was the probe that ended it."""
        self._streams.close(self._live)
        details: dict[str, int | str] = {
            "stream.cause": cause,
            "stream.seconds": int(time.monotonic() - self._began),
            "stream.received_bytes": self.stream.received,
            "stream.sent_bytes": self.stream.sent,
            **{f"stream.{name}": value for name, value in (end.details if end else {}).items()},
        }
        problem = end.problem if end else None
        status = frames.Outcome(
            self._attempt.operation_id, "failed" if problem else "done", problem
        )
        await asyncio.shield(asyncio.to_thread(self._record, status, details))

    def _record(self, status: frames.Outcome, details: dict[str, int | str]) -> None:
        try:
            self._attempt.outcome(status, details)
        except AuditUnavailable as error:
            log.error("the end of a stream could not be recorded: %s", error)


class Openings:
    """Used in the event loop."""

    def __init__(self, tunnels: Tunnels, audit: AuditLog, policy: Policy) -> None:
        self._tunnels = tunnels
        self._audit = audit
        self._policy = policy

    async def permit(
        self, principal: Principal, node: str, kind: StreamKind, request: Request
    ) -> Attempt:
        """Whether this caller may. Raises Refused, recorded."""
        attempt = Attempt(self._audit, principal, node, kind, request, secrets.token_hex(16))
        attempt.container = self._tunnels.record(node)
        attempt.host_id = self._tunnels.host_of(node) or ""
        decision = self._policy.decide(principal, kind, labels(self._tunnels, node))
        if not decision.allowed:
            await self._audited(attempt, attempt.denied, decision.reason)
            raise attempt.refused(403, "denied", decision.sentence)
        return attempt

    def may(self, attempt: Attempt, permission: str) -> bool:
        """Whether the caller has another permission on the node too."""
        found = labels(self._tunnels, attempt.node)
        return self._policy.decide(attempt.principal, permission, found).allowed

    async def open(
        self, attempt: Attempt, kind: StreamKind, parameters: dict[str, Any], reason: str
    ) -> Opening:
        """Open what was permitted; `reason`: what is wished, for the record. Raises Refused,
        recorded: 400, 403, 404, 409, 502, 503, 504 as in STATUS."""
        await self._audited(attempt, attempt.intent, reason)
        try:
            if attempt.container is None:
                detail = "No container with this id is known to a connected probe."
                raise NoStream(frames.Problem("not-found", "Unknown id", detail))
            streams, live = await self._tunnels.open(
                attempt.host_id, kind, attempt.node, attempt.operation_id, parameters, OPEN_SECONDS
            )
        except NoStream as none:
            outcome = frames.Outcome(attempt.operation_id, "failed", none.problem)
            await self._audited(attempt, attempt.outcome, outcome)
            raise attempt.failed(none.problem) from None
        attempt.sent = True
        assert attempt.principal is not None  # permit saw it
        return Opening(attempt.principal, attempt, streams, live)

    async def reattach(self, attempt: Attempt, opening: Opening) -> None:
        """Record that the caller of this attempt comes back to an opening. Raises Refused."""
        attempt.operation_id = opening.operation_id
        await self._audited(attempt, attempt.remark, "exec-reattach")

    async def _audited(self, attempt: Attempt, record: Any, what: object) -> None:
        """Nothing is done that cannot be recorded. Raises Refused (503)."""
        try:
            await asyncio.to_thread(record, what)
        except AuditUnavailable as error:
            log.error("no stream without an audit record: %s", error)
            raise attempt.refused(503, "audit-unavailable", attempt.audit_failed(error)) from error
