from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from promscope_exporter.tunnel.queries import MAX_PROCESSES, MAX_WAITING, Processes, Queries
from promscope_wire.frames import Answer, ProcessRecord, Query

PROCESS = ProcessRecord("process:a:1:1", 1, 0, "host:a", "init")


async def ask(processes: Processes) -> Answer:
    queries = Queries(processes)
    heard: asyncio.Queue[Answer] = asyncio.Queue()
    queries.take(Query("7", "processes", "host:a"), heard.put_nowait)
    answer = await asyncio.wait_for(heard.get(), 10)
    await queries.close()
    assert answer.request_id == "7"
    return answer


async def test_processes_are_answered_from_another_thread() -> None:
    threads = []

    def processes(node: str) -> Sequence[ProcessRecord]:
        threads.append(threading.current_thread())
        assert node == "host:a"
        return [PROCESS]

    assert (await ask(processes)).processes == (PROCESS,)
    assert threads != [threading.main_thread()]


async def test_too_many_are_cut_and_said_to_be() -> None:
    answer = await ask(lambda _: [PROCESS] * (MAX_PROCESSES + 1))
    assert len(answer.processes) == MAX_PROCESSES
    assert answer.truncated


async def test_an_unknown_node_and_a_failure_are_answers(caplog: pytest.LogCaptureFixture) -> None:
    def unknown(node: str) -> Sequence[ProcessRecord]:
        raise LookupError(node)

    def broken(node: str) -> Sequence[ProcessRecord]:
        raise OSError("no /proc")

    kinds = []
    for processes in (unknown, broken):
        problem = (await ask(processes)).problem
        assert problem is not None
        kinds.append(problem.kind)
    assert kinds == ["not-found", "engine"]
    assert "a question of the API failed" in caplog.text


async def test_more_questions_than_can_wait_are_refused() -> None:
    release = threading.Event()

    def processes(_: str) -> Sequence[ProcessRecord]:
        release.wait(10)
        return []

    queries = Queries(processes)
    heard: list[Answer] = []
    for number in range(MAX_WAITING + 1):
        queries.take(Query(str(number), "processes", "host:a"), heard.append)
    assert [answer.problem is not None for answer in heard] == [True]
    release.set()
    while len(heard) < MAX_WAITING + 1:
        await asyncio.sleep(0.01)
    await queries.close()
