"""The socket of a log, with a ticket, behind a scripted engine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from promscope_api.control.streams import WINDOW
from promscope_api.live import stream_socket as module
from promscope_exporter.sources.engine_log import STDOUT, frame
from tests.trust.engines import ExecEngine, LogEngine
from tests.trust.probe import NODE
from tests.trust.stream import stream
from tests.trust.until import until
from tests.trust.watched import watched

LINE = frame(STDOUT, b"2026-11-30T12:00:00.000000000Z hello\n")


async def test_the_engines_frames_and_then_the_end(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine([LINE, LINE])) as here:
        async with stream(here.web, here.headers, NODE, "logs", tail=10) as client:
            opened = await client.opened()
            end = await client.end()
        assert opened["details"] == {"terminal": False}
        assert end == {"type": "end", "problem": None, "details": {}}
        assert client.data == LINE * 2
        assert client.code == 1000
        await here.recorded(2)
        assert here.phases("container-logs") == [
            ("intent", "unknown", ""), ("outcome", "success", "ended"),
        ]  # fmt: skip
        outcome = here.web.records()[-1]
        assert outcome["promscope.stream.received_bytes"] == 2 * len(LINE)
        assert outcome["promscope.operation.id"] == opened["operation_id"]
        assert outcome["promscope.transport"] == "websocket"


async def test_e1_a_client_that_goes_away_ends_it(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine([LINE], hold=True)) as here:
        async with stream(here.web, here.headers, NODE, "logs", follow=True) as client:
            await client.shows("hello")
        await here.recorded(2)
        assert here.phases("container-logs")[1] == ("outcome", "success", "client-gone")


async def test_a_lost_probe_ends_it_with_the_reason(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine([LINE], hold=True)) as here:
        async with stream(here.web, here.headers, NODE, "logs", follow=True) as client:
            await client.shows("hello")
            tunnel = here.web.trust.tunnels._hosts["host-a"].live[0]
            here.web.trust.tunnels._loop.call_soon_threadsafe(tunnel.end, 4001, "test")
            end = await client.end()
        assert end["problem"]["kind"] == "offline"


async def test_l3_a_paused_reader_holds_the_engine_up(tmp_path: Path) -> None:
    writing = True

    def endless() -> Iterator[bytes]:
        while writing:
            yield LINE * 1000

    engine = LogEngine(endless())
    async with watched(tmp_path, engine) as here:
        async with stream(here.web, here.headers, NODE, "logs") as client:
            await client.shows("hello")
            await client.say(type="pause")
            written = [-1] * 50

            def held() -> bool:
                """The engine could write nothing for 50 looks in a row."""
                written.append(engine.written)
                return len({*written[-50:]}) == 1

            await until(held, "the engine is held up")
            before = len(client.data)
            await client.say(type="resume")
            await until(lambda: len(client.data) > before + 3 * WINDOW, "it goes on")
            writing = False
            end = await client.end()
        assert end["problem"] is None
        assert len(client.data) == engine.written


async def test_a_revoked_session_ends_it(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine([LINE], hold=True)) as here:
        async with stream(here.web, here.headers, NODE, "logs", follow=True) as client:
            await client.shows("hello")
            trust = here.web.trust
            [principal] = [one for one in trust.lifelines._held if one.session]
            trust.sessions.close(principal.session)
            asyncio.run_coroutine_threadsafe(trust.lifelines.check(), trust.tunnels._loop).result(
                60
            )
            await client.end()
        assert client.code == 4401
        await here.recorded(2)
        assert here.phases("container-logs")[1] == ("outcome", "success", "revoked")


@pytest.mark.parametrize("message", ["", "{}", '{"type":"exec"}', '{"type":"logs","wish":{"x":1}}'])
async def test_what_is_no_wish_is_refused(tmp_path: Path, message: str) -> None:
    async with watched(tmp_path, LogEngine()) as here:
        async with stream(here.web, here.headers, NODE, "logs", x=1) as client:
            await client.socket.send(message)
            await client.end()
        assert client.code == 4400


async def test_a_problem_is_told_in_the_last_message(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine(), control=("exec",)) as here:
        async with stream(here.web, here.headers, NODE, "logs") as client:
            end = await client.end()
        assert end["problem"]["kind"] == "vetoed"
        assert client.code == 1000


async def test_who_may_not_is_refused_before_the_upgrade(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine(), role="viewer") as here:
        with pytest.raises(InvalidStatus) as refused:
            async with stream(here.web, here.headers, NODE, "logs"):
                pass
        assert refused.value.response.status_code == 403
        assert here.phases("container-logs") == [("denied", "failure", "")]


async def test_sockets_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SOCKETS", 0)
    async with watched(tmp_path, LogEngine()) as here:
        with pytest.raises(InvalidStatus) as refused:
            async with stream(here.web, here.headers, NODE, "logs"):
                pass
        assert refused.value.response.status_code == 503


@pytest.mark.parametrize(("role", "root"), [("operator", False), ("admin", True)])
async def test_a_terminal_and_whose_it_may_be(tmp_path: Path, role: str, root: bool) -> None:
    engine = ExecEngine(user="root")
    async with watched(tmp_path, engine, role=role, control=("exec",)) as here:
        secret = {"PASSWORD": "hunter2"}
        async with stream(here.web, here.headers, NODE, "exec", environment=secret) as client:
            if root:
                await client.shows("$ ")
                await client.say(type="resize", columns=90, rows=20)
                await until(lambda: "h=20&w=90" in engine.sizes, "the size")
                await client.type("exit")
            end = await client.end()
        assert (end["problem"] is None) is root
        assert end["details"] == ({"exit_code": 3} if root else {})
        await here.recorded(2, "container-exec")
        assert "hunter2" not in repr(here.web.records())
        assert "PASSWORD" in here.web.records()[-2]["event.reason"]


async def test_e1_a_browser_that_goes_away_ends_the_shell(tmp_path: Path) -> None:
    engine = ExecEngine(user="1000")
    async with watched(tmp_path, engine, control=("exec",)) as here:
        for _ in range(20):
            async with stream(here.web, here.headers, NODE, "exec") as client:
                await client.shows("$ ")
        await here.recorded(40, "container-exec")
        await until(lambda: not engine.open, "no shell is open")
        assert here.phases("container-exec")[-1] == ("outcome", "success", "client-gone")


async def test_e2_a_paste_of_ten_megabytes_arrives_whole(tmp_path: Path) -> None:
    engine = ExecEngine(user="1000")
    async with watched(tmp_path, engine, control=("exec",)) as here:
        async with stream(here.web, here.headers, NODE, "exec") as client:
            await client.shows("$ ")
            for _ in range(5):
                await client.type("x" * 2_000_000)
            await until(lambda: len(client.data) == 10_000_002, "the echo")
        assert engine.typed == b"x" * 10_000_000


@pytest.mark.parametrize(
    "message",
    ['{"type":"resize","columns":0,"rows":1}', '{"type":"resize","columns":-1,"rows":65536}', "x"],
)
async def test_e2_what_is_no_message_ends_it(tmp_path: Path, message: str) -> None:
    engine = ExecEngine(user="1000")
    async with watched(tmp_path, engine, control=("exec",)) as here:
        async with stream(here.web, here.headers, NODE, "exec") as client:
            await client.shows("$ ")
            await client.socket.send(message)
            await client.end()
        assert client.code == 4400
