"""Refused requests go into the audit log too, but nobody can fill the disk with them."""

from __future__ import annotations

import logging
import threading

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, AuditUnavailable
from promscope_api.security.principal import Principal
from promscope_api.security.ratelimit import Limiter, peer_key
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request

#: Per peer and reason: a burst, then one record per period. For all together: 60 per minute.
_BURST, _PERIOD_SECONDS = 5, 30.0
_TOTAL_BURST, _TOTAL_PERIOD_SECONDS = 60, 1.0

log = logging.getLogger(__name__)


class Denials:
    """Thread-safe. What the limits swallow is counted in the next record that is written."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit
        self._each = Limiter(_BURST, _PERIOD_SECONDS)
        self._total = Limiter(_TOTAL_BURST, _TOTAL_PERIOD_SECONDS)
        self._mutex = threading.Lock()
        self._suppressed = 0

    def denied(self, request: Request, refused: Refused, principal: Principal | None) -> None:
        """Record it. The refusal stands whether or not it could be recorded."""
        if refused.status >= 500:
            return  # nobody was denied anything: it did not work
        key = f"{peer_key(request.peer)} {refused.reason}"
        if not (self._each.allow(key) and self._total.allow("")):
            with self._mutex:
                self._suppressed += 1
            return
        with self._mutex:
            suppressed, self._suppressed = self._suppressed, 0
        probe = principal is not None and principal.method == "probe"
        log.warning(
            "refused: %s",
            refused.detail,
            extra={"peer": request.peer, "path": request.path[:200], "reason": refused.reason},
        )
        event = Event(
            action="tunnel-open" if probe else "request-refused",
            phase="denied",
            outcome="failure",
            reason=refused.detail,
            problem=refused.reason,
            principal=principal,
            request=request,
            details={"suppressed": suppressed} if suppressed else {},
        )
        try:
            self._audit.append(event)
        except AuditUnavailable as error:
            log.error("a refused request could not be recorded: %s", error)
