"""One action on many containers, with a real probe at a scripted engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from promscope_api.control import bulk
from promscope_wire import ids
from tests.trust.engines import ScriptedEngine
from tests.trust.probe import record, running_probe
from tests.trust.until import until
from tests.trust.web import Reply, Web

FULL = [f"{number:012x}" + "c" * 52 for number in range(1, 7)]
NODES = [ids.container(one) for one in FULL]
NOBODY = "container:ffffffffffff"


class World:
    def __init__(self, web: Web) -> None:
        self.web = web
        self.headers = web.sign_in()

    async def act(self, **body: Any) -> Reply:
        return await asyncio.to_thread(
            self.web.ask, "POST", "/api/v1/actions", body, **self.headers
        )


@asynccontextmanager
async def world(folder: Path, engine: ScriptedEngine) -> AsyncIterator[World]:
    async with engine.serving(folder) as address:
        with Web(folder) as web:
            async with running_probe(web.url, web.secret_file, docker_host=address) as probe:
                for number, full in enumerate(FULL):
                    one = record(container_id=full, name=f"web-{number}")
                    probe.inventory.update("start", one, address)
                await until(lambda: web.trust.tunnels.record(NODES[-1]), "the containers")
                yield World(web)


async def test_each_has_its_own_outcome_and_one_id_holds_them_together(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    async with world(tmp_path, engine) as here:
        reply = await here.act(action="stop", nodes=[*NODES, NOBODY, NODES[0]], timeout_seconds=1)
        assert reply.status == 200
        found = {one["node"]: one for one in reply.json["items"]}
        assert list(found) == [*NODES, NOBODY]
        assert {found[node]["status"] for node in NODES} == {"done"}
        assert found[NOBODY]["problem"]["kind"] == "not-found"
        assert sorted(engine.asked) == [
            f"POST /containers/{full}/stop?t=1 HTTP/1.1" for full in FULL
        ]
        records = [one for one in here.web.records() if one["event.action"] == "container-stop"]
        assert len(records) == 2 * 7
        assert {one["promscope.bulk.id"] for one in records} == {reply.json["bulk_id"]}
        assert len({one["promscope.operation.id"] for one in records}) == 7


async def test_no_more_at_once_than_is_wished(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    engine.go.clear()
    async with world(tmp_path, engine) as here:
        acting = asyncio.ensure_future(here.act(action="stop", nodes=NODES, parallel=2))
        await until(lambda: len(engine.asked) == 2, "two are asked for")
        intents = [
            one for one in here.web.records() if one.get("promscope.operation.phase") == "intent"
        ]
        assert len(intents) == 2
        engine.go.set()
        assert {one["status"] for one in (await acting).json["items"]} == {"done"}


async def test_a_rehearsal_does_nothing(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    async with world(tmp_path, engine) as here:
        reply = await here.act(action="start", nodes=[NODES[0], NOBODY], rehearse=True)
        first, second = reply.json["items"]
        assert first["status"] == second["status"] == "impossible"
        assert first["problem"]["detail"] == "the container is running"
        reply = await here.act(action="stop", nodes=NODES, rehearse=True)
        assert {one["status"] for one in reply.json["items"]} == {"possible"}
        assert engine.asked == []


async def test_what_is_not_begun_in_time_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "TOTAL_SECONDS", -1.0)
    engine = ScriptedEngine()
    async with world(tmp_path, engine) as here:
        reply = await here.act(action="stop", nodes=NODES)
        assert {one["problem"]["kind"] for one in reply.json["items"]} == {"expired"}
        assert engine.asked == []


async def test_who_may_not_and_what_is_no_such_wish(tmp_path: Path) -> None:
    async with world(tmp_path, ScriptedEngine()) as here:
        for body in (
            {"nodes": NODES}, {"action": "stop", "nodes": []}, {"action": "rename", "nodes": NODES},
            {"action": "exec", "nodes": NODES}, {"action": "stop", "nodes": NODES * 20},
            {"action": "stop", "nodes": NODES, "parallel": 17},
        ):  # fmt: skip
            assert (await here.act(**body)).status == 400, body
        assert (await here.act(action="stop", nodes=["../x"])).status == 404
        here.headers = here.web.sign_in("viewer")
        reply = await here.act(action="stop", nodes=NODES)
        assert (reply.status, reply.json["detail"]) == (
            403, "Your role (viewer) does not include lifecycle.",
        )  # fmt: skip


async def test_not_everybody_at_once(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    engine.go.clear()
    async with world(tmp_path, engine) as here:
        acting = [
            asyncio.ensure_future(here.act(action="stop", nodes=[node]))
            for node in NODES[: bulk.MAX_AT_ONCE]
        ]
        await until(lambda: len(engine.asked) == bulk.MAX_AT_ONCE, "as many as may be")
        assert (await here.act(action="stop", nodes=NODES[-1:])).status == 429
        engine.go.set()
        assert {(await one).status for one in acting} == {200}
