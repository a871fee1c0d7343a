"""One action on many containers: side by side up to a limit, each with its own outcome.

Each is an action of its own, with its own permission and audit records; `promscope.bulk.id` in
them says what belongs together.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from promscope_api.control.dispatch import Dispatch
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request

MAX_NODES = 100
MAX_PARALLEL = 16
#: What is not begun by then is not begun any more: somebody waits for the answer.
TOTAL_SECONDS = 60.0
#: Each holds threads of the API.
MAX_AT_ONCE = 2


class BulkProblem(msgspec.Struct, frozen=True):
    """Why it was not done. `kind`: a short word that does not change."""

    kind: str
    title: str
    detail: str


class BulkResult(msgspec.Struct, frozen=True):
    """`status`: done, running, failed; in a rehearsal possible or impossible."""

    node: str
    status: str
    operation_id: str
    problem: BulkProblem | None


class BulkDone(msgspec.Struct, frozen=True):
    """In the order of the nodes. `bulk_id`: in the audit records of all of them."""

    bulk_id: str
    items: tuple[BulkResult, ...]


class Bulk:
    """Called from request threads; blocks until all outcomes are there."""

    def __init__(self, dispatch: Dispatch, now: Callable[[], float] = time.monotonic) -> None:
        self._dispatch = dispatch
        self._now = now
        self._running = threading.BoundedSemaphore(MAX_AT_ONCE)

    def rehearse(self, principal: Principal, nodes: Sequence[str], action: str) -> BulkDone:
        """What would be possible, and why the rest is not; nothing is done."""
        items = []
        for node in dict.fromkeys(nodes):
            _, decision = self._dispatch.explain(principal, action, node)
            problem = BulkProblem("vetoed", "Not possible", decision.reason)
            status = "possible" if decision.allowed else "impossible"
            items.append(BulkResult(node, status, "", None if decision.allowed else problem))
        return BulkDone("", tuple(items))

    def act(
        self,
        principal: Principal | None,
        nodes: Sequence[str],
        action: str,
        parameters: Mapping[str, Any],
        parallel: int,
        request: Request,
    ) -> BulkDone:
        """Do it to each node once. Raises Refused (429) while too many others do."""
        if not self._running.acquire(blocking=False):
            detail = f"{MAX_AT_ONCE} bulk actions are under way: try again in a moment."
            raise Refused(429, "too-many", detail)
        bulk_id = secrets.token_hex(16)
        deadline = self._now() + TOTAL_SECONDS

        def one(node: str) -> BulkResult:
            if self._now() > deadline:
                words = f"It was not begun within {TOTAL_SECONDS:.0f} s: try it again."
                return BulkResult(node, "failed", "", BulkProblem("expired", "Too late", words))
            try:
                done = self._dispatch.act(
                    principal, node, action, parameters, request, bulk_id=bulk_id
                )
            except Refused as refused:
                problem = BulkProblem(refused.reason, refused.title, refused.detail)
                return BulkResult(node, "failed", refused.members.get("operation_id", ""), problem)
            return BulkResult(node, done.status, done.operation_id, None)

        try:
            with ThreadPoolExecutor(parallel, "bulk") as pool:
                return BulkDone(bulk_id, tuple(pool.map(one, dict.fromkeys(nodes))))
        finally:
            self._running.release()
