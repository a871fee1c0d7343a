from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from promscope_exporter.sources.engine import EngineError
from promscope_exporter.tunnel.queries import MAX_ITEMS, MAX_WAITING, Live, Queries
from promscope_wire.files import FileChange
from promscope_wire.frames import Answer, ConnectionRecord, ProcessRecord, Query, Subject

PROCESS = ProcessRecord("process:a:1:1", 1, 0, "host:a", "init")
CONNECTION = ConnectionRecord("host:a", "tcp", "established", "10.0.0.1", 5, "10.0.0.2", 80)

CHANGE = FileChange("/etc/hosts", "modified")


def live(
    processes: Callable[[str], Sequence[ProcessRecord]] = lambda _: [PROCESS],
    connections: Callable[[str], Sequence[ConnectionRecord]] = lambda _: [CONNECTION],
    inspection: Callable[[str], dict[str, Any]] = lambda _: {"Id": "a"},
    changes: Callable[[str], Sequence[FileChange]] = lambda _: [CHANGE],
) -> Live:
    return Live(processes, connections, inspection, changes)


async def ask(one: Live, subject: Subject = "processes") -> Answer:
    queries = Queries(one)
    heard: asyncio.Queue[Answer] = asyncio.Queue()
    queries.take(Query("7", subject, "host:a"), heard.put_nowait)
    answer = await asyncio.wait_for(heard.get(), 30)
    await queries.close()
    assert answer.request_id == "7"
    return answer


async def test_processes_are_answered_from_another_thread() -> None:
    threads = []

    def processes(node: str) -> Sequence[ProcessRecord]:
        threads.append(threading.current_thread())
        assert node == "host:a"
        return [PROCESS]

    assert (await ask(live(processes))).processes == (PROCESS,)
    assert threads != [threading.main_thread()]


async def test_connections_the_inspection_and_changes() -> None:
    assert await ask(live(), "connections") == Answer("7", connections=(CONNECTION,))
    assert await ask(live(), "inspection") == Answer("7", inspection={"Id": "a"})
    assert await ask(live(), "changes") == Answer("7", changes=(CHANGE,))
    many = await ask(live(changes=lambda _: [CHANGE] * (MAX_ITEMS + 1)), "changes")
    assert (len(many.changes), many.truncated) == (MAX_ITEMS, True)


async def test_too_many_are_cut_and_said_to_be() -> None:
    answer = await ask(live(lambda _: [PROCESS] * (MAX_ITEMS + 1)))
    assert len(answer.processes) == MAX_ITEMS
    assert answer.truncated


async def test_an_unknown_node_and_a_failure_are_answers(caplog: pytest.LogCaptureFixture) -> None:
    def unknown(node: str) -> Sequence[ProcessRecord]:
        raise LookupError(node)

    def broken(node: str) -> Sequence[ProcessRecord]:
        raise OSError("no /proc")

    kinds = []
    for processes in (unknown, broken):
        problem = (await ask(live(processes))).problem
        assert problem is not None
        kinds.append(problem.kind)
    assert kinds == ["not-found", "engine"]
    assert "a question of the API failed" in caplog.text


async def test_a_hung_engine_is_an_answer_too() -> None:
    def hung(node: str) -> dict[str, Any]:
        raise EngineError("it may be hung")

    problem = (await ask(live(inspection=hung), "inspection")).problem
    assert problem is not None
    assert (problem.kind, problem.detail) == ("engine", "it may be hung")


async def test_more_questions_than_can_wait_are_refused() -> None:
    release = threading.Event()

    def processes(_: str) -> Sequence[ProcessRecord]:
        release.wait(30)
        return []

    queries = Queries(live(processes))
    heard: list[Answer] = []
    for number in range(MAX_WAITING + 1):
        queries.take(Query(str(number), "processes", "host:a"), heard.append)
    assert [answer.problem is not None for answer in heard] == [True]
    release.set()
    async with asyncio.timeout(60):
        while len(heard) < MAX_WAITING + 1:
            await asyncio.sleep(0.01)
    await queries.close()
