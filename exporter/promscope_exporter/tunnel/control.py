"""What the API may have this probe do: the probe's own veto, once only, and in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources.clock import Clock
from promscope_exporter.tunnel.lifecycle import InvalidParameter, Lifecycle
from promscope_exporter.tunnel.operations import Operations
from promscope_exporter.tunnel.targets import Targets
from promscope_wire.frames import (
    ACTIONS,
    ContainerRecord,
    Control,
    Outcome,
    Problem,
)

#: At once with the engine, until one is done or told as `running`.
MAX_AT_ONCE = 16
MAX_WAITING = 64

log = logging.getLogger(__name__)

Reply = Callable[[Outcome], None]


class Controls:
    """For the event loop. `allowed`: the groups of `--control`, usually none; `engines` by
    address."""

    def __init__(
        self,
        allowed: Collection[str],
        inventory: Inventory,
        engines: Mapping[str, Lifecycle],
        operations: Operations,
        clock: Clock,
    ) -> None:
        self.targets = Targets(allowed, inventory, engines)
        self._engines = engines
        self._operations = operations
        self._clock = clock
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)
        self._waiting: dict[str, list[Reply]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, control: Control, reply: Reply) -> None:
        """Carry a control out; `reply` hears its outcome, or first `running` and then it.

        It works on if the tunnel is lost meanwhile: the outcome is then told to a repeat. A
        repeat of one in flight hears what the first one hears.
        """
        arrived = self._clock.monotonic()
        operation_id = control.operation_id
        if operation_id in self._waiting:
            self._waiting[operation_id].append(reply)
            return
        known = self._operations.outcome(operation_id)
        if known is not None:
            reply(known)
            return
        if len(self._waiting) >= MAX_WAITING:
            problem = Problem("expired", "The probe has too much to do", "Try again in a moment.")
            reply(Outcome(operation_id, "failed", problem))
            return
        self._waiting[operation_id] = [reply]
        task = asyncio.ensure_future(self._carry_out(control, arrived))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what is under way; what the engine was asked for it may still do."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._operations.close()

    async def _carry_out(self, control: Control, arrived: float) -> None:
        try:
            await asyncio.to_thread(self._operations.begin, control.operation_id)
            problem = await self._do(control, arrived)
        except Exception as error:
            log.exception("carrying out %s failed", control.action)
            problem = Problem("engine", "The probe failed", f"{type(error).__name__}: {error}")
        outcome = Outcome(control.operation_id, "failed" if problem else "done", problem)
        await asyncio.to_thread(self._operations.finish, outcome)
        for reply in self._waiting.pop(control.operation_id):
            reply(outcome)

    async def _do(self, control: Control, arrived: float) -> Problem | None:
        target = self._target(control)
        if isinstance(target, Problem):
            return target
        record, lifecycle = target
        try:
            async with asyncio.timeout(control.ttl_seconds - self._clock.monotonic() + arrived):
                await self._slots.acquire()
        except TimeoutError:
            return _too_late()
        with ExitStack() as slot:
            slot.callback(self._slots.release)

            def running() -> None:
                slot.close()
                self._running(control.operation_id)

            if self._clock.monotonic() - arrived > control.ttl_seconds:
                return _too_late()
            try:
                return await lifecycle.act(control.action, record, control.parameters, running)
            except InvalidParameter as error:
                return Problem("invalid", "Invalid parameter", str(error))

    def _target(self, control: Control) -> tuple[ContainerRecord, Lifecycle] | Problem:
        """The container to act on and its engine, or why not."""
        if control.action not in ACTIONS:
            return Problem("invalid", "Unknown action", f"This probe has no {control.action!r}.")
        group = "update" if control.action == "update" else "lifecycle"
        target = self.targets.find(group, control.node)
        if isinstance(target, Problem):
            return target
        return target.record, self._engines[target.engine]

    def _running(self, operation_id: str) -> None:
        for reply in self._waiting[operation_id]:
            reply(Outcome(operation_id, "running"))


def _too_late() -> Problem:
    detail = "The probe could not begin in time, so nothing was done: try again."
    return Problem("expired", "Too late", detail)
