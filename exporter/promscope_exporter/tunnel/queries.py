"""What the API may ask this probe for: answered in a thread, a few at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from promscope_exporter.sources.engine import EngineError
from promscope_wire.files import FileChange
from promscope_wire.frames import Answer, ConnectionRecord, Problem, ProcessRecord, Query

MAX_ITEMS = 5000
MAX_WAITING = 16

Item = TypeVar("Item")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Live:
    """What answers for a host or container, by node id.

    Each may block, and raises LookupError for a node it does not know and EngineError where the
    engine gives no answer.
    """

    processes: Callable[[str], Sequence[ProcessRecord]]
    connections: Callable[[str], Sequence[ConnectionRecord]]
    inspection: Callable[[str], dict[str, Any]]
    changes: Callable[[str], Sequence[FileChange]]


class Queries:
    """For the event loop."""

    def __init__(self, live: Live) -> None:
        self._live = live
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
                answer = await asyncio.to_thread(self._ask, query)
            except LookupError:
                problem = Problem("not-found", "Unknown id", "This host has no such node.")
                answer = Answer("", problem=problem)
            except EngineError as error:
                problem = Problem("engine", "The container engine did not answer", str(error))
                answer = Answer("", problem=problem)
            except Exception as error:
                log.exception("a question of the API failed")
                problem = Problem("engine", "The probe failed", f"{type(error).__name__}: {error}")
                answer = Answer("", problem=problem)
        reply(msgspec.structs.replace(answer, request_id=query.request_id))

    def _ask(self, query: Query) -> Answer:
        match query.subject:
            case "processes":
                processes, truncated = _some(self._live.processes(query.node))
                return Answer("", processes=processes, truncated=truncated)
            case "connections":
                connections, truncated = _some(self._live.connections(query.node))
                return Answer("", connections=connections, truncated=truncated)
            case "inspection":
                return Answer("", inspection=self._live.inspection(query.node))
            case "changes":
                changes, truncated = _some(self._live.changes(query.node))
                return Answer("", changes=changes, truncated=truncated)


def _some(found: Sequence[Item]) -> tuple[tuple[Item, ...], bool]:
    return tuple(found[:MAX_ITEMS]), len(found) > MAX_ITEMS
