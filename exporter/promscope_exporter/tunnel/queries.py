"""What the API may ask this probe for: answered in a thread, a few at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from promscope_wire.frames import Answer, Problem, ProcessRecord, Query

MAX_PROCESSES = 5000
MAX_WAITING = 16

Processes = Callable[[str], Sequence[ProcessRecord]]

log = logging.getLogger(__name__)


class Queries:
    """For the event loop. `processes(node)` gives the live processes of a host or container;
    it may block, and raises KeyError or LookupError for a node it does not know."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._slots = asyncio.Semaphore(2)
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, query: Query, reply: Callable[[Answer], None]) -> None:
        """Answer it; `reply` hears the answer in the event loop."""
        if len(self._tasks) >= MAX_WAITING:
            problem = Problem("expired", "The probe has too much to do")
            reply(Answer(query.request_id, problem=problem))
            return
        task = asyncio.ensure_future(self._answer(query, reply))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, query: Query, reply: Callable[[Answer], None]) -> None:
        async with self._slots:
            try:
                found = await asyncio.to_thread(self._processes, query.node)
            except LookupError:
                problem = Problem("not-found", "Unknown id", "This host has no such node.")
                answer = Answer(query.request_id, problem=problem)
            except Exception as error:
                log.exception("a question of the API failed")
                problem = Problem("engine", "The probe failed", f"{type(error).__name__}: {error}")
                answer = Answer(query.request_id, problem=problem)
            else:
                some = tuple(found[:MAX_PROCESSES])
                answer = Answer(query.request_id, some, len(found) > len(some))
        reply(answer)
