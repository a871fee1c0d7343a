"""What the engine answers becomes words a user understands, and a hung one costs seconds."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from promscope_exporter.tunnel.lifecycle import InvalidParameter, Lifecycle
from promscope_wire.frames import LIFECYCLE_ACTIONS, Problem
from tests.trust.engines import ScriptedEngine, hung_engine
from tests.trust.probe import FULL_ID, NO_ENGINE, record


def never() -> None:
    raise AssertionError("it was not slow")


async def act(
    folder: Path, engine: ScriptedEngine, action: str, **parameters: Any
) -> Problem | None:
    async with engine.serving(folder) as address:
        return await Lifecycle(address).act(action, record(), parameters, never)


@pytest.mark.parametrize("action", sorted({*LIFECYCLE_ACTIONS} - {"kill", "rename"}))
async def test_each_action_is_one_call_with_the_full_id(tmp_path: Path, action: str) -> None:
    engine = ScriptedEngine()
    assert await act(tmp_path, engine, action) is None
    call = f"POST /containers/{FULL_ID}/{action}"
    if action == "remove":
        call = f"DELETE /containers/{FULL_ID}"
    assert engine.asked == [f"{call} HTTP/1.1"]


@pytest.mark.parametrize(
    ("action", "parameters", "query"),
    [
        ("stop", {"timeout_seconds": 3}, "?t=3"),
        ("restart", {"timeout_seconds": 0}, "?t=0"),
        ("remove", {"force": True}, "?force=1"),
        ("remove", {"force": False}, ""),
        ("remove", {"force": True, "volumes": True}, "?force=1&v=1"),
        ("kill", {}, "?signal=SIGKILL"),
        ("kill", {"signal": "SIGRTMIN+3"}, "?signal=SIGRTMIN%2B3"),
        ("rename", {"name": "shop-web.2"}, "?name=shop-web.2"),
    ],
)
async def test_parameters_reach_the_engine(
    tmp_path: Path, action: str, parameters: dict[str, Any], query: str
) -> None:
    engine = ScriptedEngine()
    await act(tmp_path, engine, action, **parameters)
    (asked,) = engine.asked
    assert asked.split(" ")[1].partition("?")[1:] == query.partition("?")[1:]


async def test_an_update_is_one_call_with_a_document(tmp_path: Path) -> None:
    engine = ScriptedEngine(200, b'{"Warnings":null}')
    assert await act(tmp_path, engine, "update", restart_policy="always") is None
    assert engine.asked == [f"POST /containers/{FULL_ID}/update HTTP/1.1"]


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("update", {"memory_limit_bytes": 1}),
        ("update", {}),
        ("stop", {"timeout_seconds": -1}),
        ("stop", {"timeout_seconds": 601}),
        ("stop", {"timeout_seconds": True}),
        ("stop", {"timeout_seconds": "1&signal=KILL"}),
        ("remove", {"force": "1&v=1"}),
        ("remove", {"volumes": 1}),
        ("kill", {"signal": "SIGKILL&x=1"}),
        ("kill", {"signal": "9"}),
        ("kill", {"signal": 9}),
        ("rename", {}),
        ("rename", {"name": "../etc"}),
        ("rename", {"name": "a" * 129}),
        ("rename", {"name": "web\n"}),
        ("start", {"force": True}),
        ("pause", {"../../exec": 1}),
    ],
)
async def test_other_parameters_never_do(
    tmp_path: Path, action: str, parameters: dict[str, Any]
) -> None:
    engine = ScriptedEngine()
    with pytest.raises(InvalidParameter):
        await act(tmp_path, engine, action, **parameters)
    assert engine.asked == []


@pytest.mark.parametrize(
    ("status", "action", "kind", "words"),
    [
        (304, "start", "conflict", "web is already running"),
        (304, "stop", "conflict", "web is not running"),
        (404, "pause", "gone", "does not exist any more. The engine says: it died"),
        (409, "pause", "conflict", "web cannot pause in the state it is in now.*it died"),
        (409, "remove", "conflict", "web cannot be removed"),
        (409, "kill", "conflict", "web cannot kill"),
        (400, "stop", "invalid", "it died"),
        (500, "start", "engine", "it died"),
        (200, "start", None, ""),
    ],
)
async def test_the_engines_answers(
    tmp_path: Path, status: int, action: str, kind: str | None, words: str
) -> None:
    body = b"" if status == 304 else json.dumps({"message": "it died"}).encode()
    problem = await act(tmp_path, ScriptedEngine(status, body), action)
    if kind is None:
        assert problem is None
        return
    assert problem is not None
    assert problem.kind == kind
    assert re.search(words, problem.detail)


@pytest.mark.parametrize("body", [b"", b"\xff<html>", b"[]", b'{"message":1}'])
async def test_an_answer_without_words_is_no_trouble(tmp_path: Path, body: bytes) -> None:
    problem = await act(tmp_path, ScriptedEngine(500, body), "start")
    assert problem is not None
    assert problem.kind == "engine"


async def test_a_hung_engine_is_a_timeout(tmp_path: Path) -> None:
    async with hung_engine(tmp_path) as address:
        lifecycle = Lifecycle(address, answer_seconds=0.2, alive_seconds=0.2)
        problem = await lifecycle.act("stop", record(), {}, never)
    assert problem is not None
    assert problem.kind == "timeout"
    assert "not even to a ping" in problem.detail


async def test_no_engine_at_all_is_said(tmp_path: Path) -> None:
    problem = await Lifecycle(NO_ENGINE).act("stop", record(), {}, never)
    assert problem is not None
    assert problem.kind == "engine"
    assert "no Docker Engine answers" in problem.detail


async def test_a_live_engine_may_take_its_time(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    engine.go.clear()
    slow = asyncio.Event()
    async with engine.serving(tmp_path) as address:
        lifecycle = Lifecycle(address, answer_seconds=0.1, alive_seconds=5.0)
        acting = asyncio.create_task(lifecycle.act("stop", record(), {}, slow.set))
        await slow.wait()
        assert not acting.done()
        engine.go.set()
        assert await acting is None


async def test_a_wrong_state_is_a_conflict_though_the_engine_says_500(tmp_path: Path) -> None:
    body = json.dumps({"message": "Container 0123 is not paused"}).encode()
    problem = await act(tmp_path, ScriptedEngine(500, body), "unpause")
    assert problem is not None
    assert problem.kind == "conflict"
