"""Terminals that outlive their sockets: a real socket, a real probe, a scripted engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from promscope_api.control import terminals as module
from tests.trust.engines import ExecEngine
from tests.trust.probe import NODE
from tests.trust.stream import StreamClient, stream
from tests.trust.until import until
from tests.trust.watched import Watched, watched

ACTION = "container-exec"


@asynccontextmanager
async def shell(
    here: Watched, first: dict[str, Any], user: str = ""
) -> AsyncIterator[StreamClient]:
    """A socket whose first message is this."""
    headers = here.web.sign_in("operator", user) if user else here.headers
    protocols = await asyncio.to_thread(here.web.protocols, headers, NODE, "exec")
    async with connect(
        f"{here.web.url.replace('http', 'ws', 1)}/api/v1/nodes/{NODE}/exec/ws",
        additional_headers={"cookie": headers["cookie"]},
        origin=headers["origin"],  # type: ignore[arg-type]
        subprotocols=protocols,  # type: ignore[arg-type]
        max_size=None,
    ) as socket:
        client = StreamClient(socket)
        await client.say(**first)
        try:
            yield client
        finally:
            await client.close()


def kept(seconds: int = 600) -> dict[str, Any]:
    return {"type": "exec", "wish": {}, "keep_seconds": seconds}


def back(session: str) -> dict[str, Any]:
    return {"type": "reattach", "session": session}


def actions(here: Watched) -> list[str]:
    found = [one for one in here.web.records() if one["event.action"].startswith(ACTION)]
    return [
        f"{one['event.action']} {one.get('promscope.operation.phase', '')}".strip() for one in found
    ]


async def lost(client: StreamClient) -> None:
    """As a page that is loaded again closes it."""
    await client.socket.close(1001)
    await client.end()


async def test_who_lost_the_socket_comes_back_to_the_same_shell(tmp_path: Path) -> None:
    engine = ExecEngine(user="1000")
    async with watched(tmp_path, engine, control=("exec",)) as here:
        async with shell(here, kept()) as client:
            first = await client.opened()
            await client.shows("$ ")
            await client.type("one")
            await client.shows("one")
            await lost(client)
        await until(lambda: "container-exec-detach" in actions(here), "it is recorded")
        assert engine.open
        async with shell(here, back(first["session"])) as again:
            second = await again.opened()
            await again.shows("$ one")
            await again.type("exit")
            end = await again.end()
        assert (first["replayed"], second) == (0, {**first, "replayed": len("$ one")})
        assert end["details"] == {"exit_code": 3}
        await until(lambda: len(actions(here)) == 4, "the records")
        assert actions(here) == [
            "container-exec intent", "container-exec-detach", "container-exec-reattach",
            "container-exec outcome",
        ]  # fmt: skip
        assert {one["promscope.operation.id"] for one in here.web.records()[-4:]} == {
            first["operation_id"]
        }


async def test_a_socket_that_is_closed_ends_the_shell(tmp_path: Path) -> None:
    engine = ExecEngine(user="1000")
    async with watched(tmp_path, engine, control=("exec",)) as here:
        async with shell(here, kept()) as client:
            session = (await client.opened())["session"]
            await client.shows("$ ")
        await until(lambda: not engine.open, "the shell ended")
        async with shell(here, back(session)) as again:
            assert (await again.end())["problem"]["kind"] == "gone"


async def test_without_a_wish_to_keep_it_a_lost_socket_ends_the_shell(tmp_path: Path) -> None:
    engine = ExecEngine(user="1000")
    async with watched(tmp_path, engine, control=("exec",)) as here:
        async with stream(here.web, here.headers, NODE, "exec") as client:
            assert (await client.opened())["session"] == ""
            await client.shows("$ ")
            await lost(client)
        await here.recorded(2, ACTION)
        assert here.phases(ACTION)[1] == ("outcome", "success", "client-lost")
        await until(lambda: not engine.open, "the shell ended")


async def test_nobody_else_comes_back_to_it(tmp_path: Path) -> None:
    async with (
        watched(tmp_path, ExecEngine(user="1000"), control=("exec",)) as here,
        shell(here, kept()) as client,
    ):
        session = (await client.opened())["session"]
        async with shell(here, back(session), user="mallory") as other:
            assert (await other.end())["problem"]["kind"] == "gone"
        async with shell(here, back("x" * 43)) as guess:
            assert (await guess.end())["problem"]["kind"] == "gone"
        await client.type("mine")
        await client.shows("mine")


async def test_the_one_who_comes_back_takes_its_place(tmp_path: Path) -> None:
    async with (
        watched(tmp_path, ExecEngine(user="1000"), control=("exec",)) as here,
        shell(here, kept()) as client,
    ):
        session = (await client.opened())["session"]
        await client.shows("$ ")
        async with shell(here, back(session)) as again:
            await again.shows("$ ")
            await client.end()
            assert client.code == 4409
            await again.type("here")
            await again.shows("here")


@pytest.mark.parametrize("cause", ["idle", "revoked"])
async def test_nobody_comes_back_or_may(tmp_path: Path, cause: str) -> None:
    engine = ExecEngine(user="1000")
    async with watched(tmp_path, engine, control=("exec",)) as here:
        trust = here.web.trust
        async with shell(here, kept(1 if cause == "idle" else 600)) as client:
            await client.shows("$ ")
            [principal] = [one for one in trust.lifelines._held if one.session]
            await lost(client)
        await until(lambda: "container-exec-detach" in actions(here), "it is recorded")
        if cause == "revoked":
            trust.sessions.close(principal.session)
            checking = asyncio.run_coroutine_threadsafe(
                trust.lifelines.check(), trust.tunnels._loop
            )
            await asyncio.to_thread(checking.result, 60)
        await until(lambda: here.phases(ACTION)[1:], "it ended")
        assert here.phases(ACTION)[1] == ("outcome", "success", cause)
        await until(lambda: not engine.open, "the shell ended")


async def test_of_what_was_printed_the_last_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REPLAY_BYTES", 1000)
    async with watched(tmp_path, ExecEngine(user="1000"), control=("exec",)) as here:
        async with shell(here, kept()) as client:
            session = (await client.opened())["session"]
            for number in range(500):
                await client.type(f"line {number}\n")
            await client.shows("line 499\n")
            await lost(client)
        async with shell(here, back(session)) as again:
            await again.shows("line 499\n")
            assert len(again.data) <= 1000
            assert again.data.startswith(b"line ")
