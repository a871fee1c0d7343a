"""From the wish to its recorded outcome, with a real probe at a scripted engine."""

from __future__ import annotations

import asyncio
import json
import resource
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, AuditUnavailable, chain_files
from promscope_api.audit.options import AuditSettings
from promscope_api.audit.verify import verify
from promscope_api.control import dispatch
from promscope_api.security.refusal import Refused
from promscope_exporter.tunnel import lifecycle
from promscope_wire.frames import EdgeState, ProcessRecord
from tests.trust.engines import ScriptedEngine, hung_engine
from tests.trust.probe import NO_ENGINE, NODE, record, running_probe
from tests.trust.until import until
from tests.trust.web import Reply, Web

PROCESS = ProcessRecord("process:host-a:1:1", 1, 0, NODE, "sh")


class World:
    def __init__(self, web: Web, probe: Any) -> None:
        self.web = web
        self.probe = probe
        self.headers = web.sign_in()

    async def act(self, action: str, node: str = NODE, **body: Any) -> Reply:
        path = f"/api/v1/nodes/{node}/actions/{action}"
        return await asyncio.to_thread(self.web.ask, "POST", path, body, **self.headers)

    def phases(self) -> list[tuple[str, str]]:
        return [
            (record["promscope.operation.phase"], record["event.outcome"])
            for record in self.web.records()
            if record["event.action"].startswith("container-")
        ]


@asynccontextmanager
async def world(
    folder: Path,
    docker_host: str = NO_ENGINE,
    control: tuple[str, ...] = ("lifecycle",),
    audit: AuditSettings = AuditSettings(),  # noqa: B008 - immutable
) -> AsyncIterator[World]:
    with Web(folder, audit=audit) as web:
        async with running_probe(
            web.url, web.secret_file, control=control, docker_host=docker_host, processes=[PROCESS]
        ) as probe:
            probe.inventory.update("start", record(), docker_host)
            await until(lambda: web.trust.tunnels.record(NODE) is not None, "the container")
            yield World(web, probe)


async def test_what_is_done_has_two_records_under_one_operation(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    async with engine.serving(tmp_path) as address, world(tmp_path, address) as here:
        reply = await here.act("stop", timeout_seconds=1)
        assert (reply.status, reply.json["status"]) == (200, "done")
        assert here.phases() == [("intent", "unknown"), ("outcome", "success")]
        intent, outcome = here.web.records()[-2:]
        assert {intent["promscope.operation.id"], outcome["promscope.operation.id"]} == {
            reply.json["operation_id"]
        }
        assert intent["event.reason"] == "granted by the role operator"
        for one in (intent, outcome):
            assert one["user.name"] == "tester"
            assert one["event.action"] == "container-stop"
            assert one["container.name"] == "web"
            assert one["host.id"] == "host-a"


async def test_the_intent_is_on_disk_before_the_engine_is_asked(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    engine.go.clear()
    async with engine.serving(tmp_path) as address, world(tmp_path, address) as here:
        acting = asyncio.create_task(here.act("stop"))
        await until(lambda: engine.asked, "the engine is asked")
        assert here.phases() == [("intent", "unknown")]
        engine.go.set()
        await acting


@pytest.mark.parametrize(
    ("status", "expected", "reason"),
    [(409, 409, "conflict"), (404, 409, "gone"), (500, 502, "engine")],
)
async def test_what_the_engine_refuses_is_answered_and_recorded(
    tmp_path: Path, status: int, expected: int, reason: str
) -> None:
    engine = ScriptedEngine(status, json.dumps({"message": "the engine's words"}).encode())
    async with engine.serving(tmp_path) as address, world(tmp_path, address) as here:
        reply = await here.act("pause")
        assert reply.status == expected
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json["type"] == f"urn:promscope:problem:{reason}"
        assert "the engine's words" in reply.json["detail"]
        assert here.phases() == [("intent", "unknown"), ("outcome", "failure")]
        assert here.web.records()[-1]["promscope.operation.id"] == reply.json["operation_id"]


@pytest.mark.parametrize("fail_open", [False, True])
async def test_on_a_full_disk_nothing_or_everything_is_done_as_configured(
    tmp_path: Path, fail_open: bool, caplog: pytest.LogCaptureFixture
) -> None:
    engine = ScriptedEngine()
    async with (
        engine.serving(tmp_path) as address,
        world(tmp_path, address, audit=AuditSettings(fail_open)) as here,
    ):
        for _ in range(200):  # so that it is the longest file this process writes
            here.web.trust.audit.append(Event("code-create", "success"))
        with full_disk(chain_files(tmp_path / "storage" / "audit")[-1]):
            reply = await here.act("stop")
        if fail_open:
            assert (reply.status, reply.json["status"]) == (200, "done")
            assert here.web.trust.audit.lost == 2
            assert caplog.text.count("not recorded: ") == 2
        else:
            assert (reply.status, engine.asked) == (503, [])
            assert "make room" in reply.json["detail"]
        assert here.phases() == []
        assert (await here.act("stop")).status == 200
        assert here.phases() == [("intent", "unknown"), ("outcome", "success")]
        assert verify(tmp_path / "storage" / "audit", here.web.trust.heads.all())[0].problem == ""


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """A limit of the kernel (setrlimit(2)): no file grows beyond the size of this one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_the_probes_veto_is_answered_and_recorded(tmp_path: Path) -> None:
    async with world(tmp_path, control=()) as here:
        reply = await here.act("stop")
        assert reply.status == 403
        assert "--control=lifecycle" in reply.json["detail"]
        assert here.phases() == [("intent", "unknown"), ("outcome", "failure")]


async def test_a_viewer_is_denied_and_recorded(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.headers = here.web.sign_in("viewer")
        reply = await here.act("stop")
        assert reply.status == 403
        assert reply.json["detail"] == "Your role (viewer) does not include lifecycle."
        assert here.phases() == [("denied", "failure")]
        assert here.web.records()[-1]["promscope.node"] == NODE


@pytest.mark.parametrize("node", ["container:ffffffffffff", "host:host-a", "nonsense", "internet"])
async def test_an_unknown_id_is_not_found_and_recorded(tmp_path: Path, node: str) -> None:
    async with world(tmp_path) as here:
        assert (await here.act("stop", node)).status == 404
        assert here.phases() == [("intent", "unknown"), ("outcome", "failure")]


async def test_an_action_that_does_not_exist_is_named(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        reply = await here.act("explode")
        assert reply.status == 404
        assert "start, stop, pause, unpause, restart, kill, rename, remove" in reply.json["detail"]


async def test_a_hung_engine_is_a_clear_error_and_blocks_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = (lifecycle.ANSWER_SECONDS, lifecycle.ALIVE_SECONDS)
    assert sum(limits) <= 8.0 < dispatch.TOTAL_SECONDS <= 10.0
    defaults = lifecycle.Lifecycle.__init__.__defaults__
    assert defaults == limits
    monkeypatch.setattr(lifecycle.Lifecycle.__init__, "__defaults__", (0.3, 0.3))
    async with hung_engine(tmp_path) as address, world(tmp_path, address) as here:
        acting = [asyncio.create_task(here.act("stop")) for _ in range(3)]
        await asyncio.sleep(0)
        assert (await asyncio.to_thread(here.web.ask, "GET", "/-/healthy")).status == 200
        here.probe.inventory.update("pause", record("paused"), address)
        await until(lambda: here.web.trust.tunnels.record(NODE).state == "paused", "live events")
        for reply in await asyncio.gather(*acting):
            assert reply.status == 504
            assert "does not answer" in reply.json["title"]
        assert here.phases().count(("outcome", "unknown")) == 3


async def test_a_probe_that_is_lost_meanwhile_leaves_the_outcome_unknown(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    engine.go.clear()
    with Web(tmp_path) as web:
        async with engine.serving(tmp_path) as address:
            async with running_probe(web.url, web.secret_file, docker_host=address) as probe:
                probe.inventory.update("start", record(), address)
                await until(lambda: web.trust.tunnels.record(NODE) is not None, "the container")
                here = World(web, probe)
                acting = asyncio.create_task(here.act("stop"))
                await until(lambda: engine.asked, "the engine is asked")
            reply = await acting
            assert reply.status == 504
            assert "not known" in reply.json["detail"]
            assert here.phases() == [("intent", "unknown"), ("outcome", "unknown")]
            assert (await here.act("stop")).status == 503
            assert here.phases()[-1] == ("outcome", "failure")


async def test_a_slow_stop_is_accepted_and_its_end_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle.Lifecycle.__init__, "__defaults__", (0.1, 5.0))
    engine = ScriptedEngine()
    engine.go.clear()
    async with engine.serving(tmp_path) as address, world(tmp_path, address) as here:
        reply = await here.act("stop")
        assert (reply.status, reply.json["status"]) == (202, "running")
        assert here.phases() == [("intent", "unknown")]
        engine.go.set()
        await until(lambda: len(here.phases()) == 2, "the outcome is recorded")
        assert here.phases()[-1] == ("outcome", "success")


def _fail_after(audit: AuditLog, good: int) -> Callable[..., Any]:
    append = audit.append
    left = [good]

    def limited(event: Any) -> Any:
        if left[0] == 0:
            raise AuditUnavailable("the disk is full")
        left[0] -= 1
        return append(event)

    return limited


@pytest.mark.parametrize(
    ("good", "asked", "words"), [(0, 0, "Nothing was done"), (1, 1, "was sent")]
)
async def test_without_an_audit_record_nothing_is_done(
    tmp_path: Path, good: int, asked: int, words: str
) -> None:
    engine = ScriptedEngine()
    async with engine.serving(tmp_path) as address, world(tmp_path, address) as here:
        here.web.trust.audit.append = _fail_after(here.web.trust.audit, good)  # type: ignore[method-assign]
        reply = await here.act("stop")
        assert reply.status == 503
        assert words in reply.json["detail"]
        assert len(engine.asked) == asked


async def test_the_buttons_and_the_processes(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        trust = here.web.trust
        who = trust.sessions.principal(here.headers["cookie"].partition("=")[2])
        offered = trust.dispatch.actions_for(who, NODE)
        assert {offer.action for offer in offered if offer.allowed} == {"stop", "pause", "restart"}
        assert [offer.action for offer in trust.dispatch.streams_for(who, NODE)] == [
            "logs", "exec", "files",
        ]  # fmt: skip
        answer = await asyncio.to_thread(trust.dispatch.ask, who, "processes", NODE)
        assert answer.processes == (PROCESS,)
        for principal, node in ((None, NODE), (who, "container:ffffffffffff")):
            answer = await asyncio.to_thread(trust.dispatch.ask, principal, "processes", node)
            assert answer.problem is not None


async def test_what_happens_is_told_to_those_who_may_see_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge = EdgeState(NODE, "192.0.2.1", 80, "tcp", True)
    async with world(tmp_path) as here:
        trust = here.web.trust
        who = trust.sessions.principal(here.headers["cookie"].partition("=")[2])
        here.probe.activities.tell([edge])
        told = await asyncio.to_thread(trust.dispatch.watch, who, NODE, 5.0)
        assert told.edges == (edge,)
        await until(lambda: not here.probe.activities.watched, "the probe rests")
        with pytest.raises(Refused, match="not signed in"):
            trust.dispatch.watch(None, NODE, 1.0)
        with pytest.raises(Refused, match="tunnel"):
            trust.dispatch.watch(who, "container:ffffffffffff", 1.0)
        monkeypatch.setattr(trust.dispatch, "_watchers", threading.BoundedSemaphore(1))
        with trust.dispatch._watchers, pytest.raises(Refused, match="watch already"):
            trust.dispatch.watch(who, NODE, 1.0)
