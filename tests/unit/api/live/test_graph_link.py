"""The graph process for real: started, asked, killed, started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psutil
import pytest

from promscope_api.graph.channel import LayoutMoved, Push
from promscope_api.graph.process import Configuration
from promscope_api.live.graph_link import GraphLink, GraphUnavailable
from promscope_api.live.tunnel_feed import TunnelFeed
from promscope_api.prometheus.backends import Backend, Backends
from tests.fleet.client import Client
from tests.fleet.snapshots import HOST_ID, change, cid, hello, inventory, record

#: Nobody listens there: the graph lives from its tunnels alone.
NOWHERE = Configuration(Backends((Backend("http://127.0.0.1:9"),)), 1.0, 1.0, log_level="error")


class Heard:
    def __init__(self) -> None:
        self.starts = 0
        self.pushes: list[Push] = []
        self.places: dict[str, LayoutMoved] = {}

    def graph_started(self) -> None:
        self.starts += 1

    def graph_pushed(self, push: Push) -> None:
        self.pushes.append(push)

    def layout_moved(self, moved: LayoutMoved) -> None:
        self.places[moved.view] = moved


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running() -> AsyncIterator[tuple[GraphLink, Heard]]:
    link, heard = GraphLink(NOWHERE), Heard()
    link.listen(heard)
    task = asyncio.create_task(link.run())
    try:
        await until(lambda: link.is_up)
        yield link, heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if "promscope_api.graph.process" in child.cmdline()
    ]


async def test_graph_answers_from_its_own_process_and_ends_with_the_link() -> None:
    async with running() as (link, _):
        reply = await link.ask("overview")
        assert json.loads(reply.body)["stale_reason"]
        (child,) = children()
        assert child.pid != os.getpid()
    assert not child.is_running()


async def test_threads_may_ask_too() -> None:
    async with running() as (link, _):
        reply = await asyncio.to_thread(link.ask_blocking, "view", view="containers")
        assert json.loads(reply.body)["view"] == "containers"


async def test_live_events_reach_watchers_as_messages_without_a_gap() -> None:
    async with running() as (link, heard):
        feed = TunnelFeed(link)
        link.tell("watch", topic={"view": "containers"}, on=True)
        reply = await link.ask("full", view="containers")
        client = Client()
        client.take(json.loads(reply.body))
        feed.connected(hello())
        feed.inventory(HOST_ID, inventory(1, record(1)))
        await until(lambda: any(cid(1).encode() in push.body for push in heard.pushes))
        feed.change(HOST_ID, change(2, 2))
        await until(lambda: any(cid(2).encode() in push.body for push in heard.pushes))
        for push in heard.pushes:
            if push.base >= client.version:
                client.take(json.loads(push.body))
        assert set(client.nodes) == {cid(1), cid(2)}
        link.tell("watch", topic={"view": "containers"}, on=False)


async def test_backend_that_is_not_there_is_said_to_be_so() -> None:
    async with running() as (link, _):
        async with asyncio.timeout(60):
            while True:
                ready = json.loads((await link.ask("ready")).body)
                if ready["tried"]:
                    break
                await asyncio.sleep(0.05)
        assert not ready["built"]
        assert "is it running" in ready["stale_reason"]


async def test_killed_graph_is_started_again_and_told_anew() -> None:
    async with running() as (link, heard):
        feed = TunnelFeed(link)
        link.listen(feed)
        feed.connected(hello())
        feed.inventory(HOST_ID, inventory(1, record(1)))
        (child,) = children()
        child.send_signal(signal.SIGKILL)
        await until(lambda: heard.starts == 2)
        reply = await link.ask("view", view="containers")
        assert [node["id"] for node in json.loads(reply.body)["nodes"]] == [cid(1)]
        assert link.starts == 2


async def test_question_that_is_under_way_when_the_graph_dies_gets_an_error() -> None:
    async with running() as (link, heard):
        (child,) = children()
        child.send_signal(signal.SIGSTOP)
        asked = asyncio.create_task(link.ask("overview"))
        await asyncio.sleep(0)
        child.send_signal(signal.SIGKILL)
        with pytest.raises(GraphUnavailable, match="started again"):
            await asked
        await until(lambda: heard.starts == 2)


async def test_layout_is_handed_out_to_be_kept() -> None:
    async with running() as (link, heard):
        feed = TunnelFeed(link)
        feed.connected(hello())
        feed.inventory(HOST_ID, inventory(1, record(1)))
        await link.ask("view", view="containers")
        await until(lambda: "containers" in heard.places)
        assert cid(1) in heard.places["containers"].places


async def test_before_it_runs_nothing_is_answered() -> None:
    link = GraphLink(NOWHERE)
    with pytest.raises(GraphUnavailable, match="starting"):
        await link.ask("overview")
    with pytest.raises(GraphUnavailable, match="starting"):
        link.ask_blocking("overview")
    link.tell("watch", topic={"view": "hosts"}, on=True)
    assert not link.is_up


async def test_silent_graph_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promscope_api.live.graph_link.ASK_SECONDS", 0.2)
    async with running() as (link, _):
        (child,) = children()
        child.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(GraphUnavailable, match="no answer"):
                await link.ask("overview")
        finally:
            child.send_signal(signal.SIGCONT)


class Failing(Heard):
    def graph_started(self) -> None:
        raise OverflowError("over 64 bits")

    def graph_pushed(self, push: Push) -> None:
        raise OverflowError("over 64 bits")


async def test_listener_that_fails_stops_neither_the_others_nor_the_link() -> None:
    link, heard = GraphLink(NOWHERE), Heard()
    link.listen(Failing())
    link.listen(heard)
    task = asyncio.create_task(link.run())
    try:
        await until(lambda: heard.starts == 1)
        link.tell("watch", topic={"view": "containers"}, on=True)
        TunnelFeed(link).connected(hello())
        TunnelFeed(link).inventory(HOST_ID, inventory(1, record(1)))
        await until(lambda: heard.starts == 2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_graph_that_does_not_read_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promscope_api.live.graph_link.MAX_WAITING_BYTES", 1 << 20)
    monkeypatch.setattr("promscope_api.live.graph_link._STOP_SECONDS", 0.1)
    async with running() as (link, heard):
        (child,) = children()
        child.send_signal(signal.SIGSTOP)
        link.tell("watch", topic={"view": "x" * (4 << 20)}, on=True)
        assert not link.is_up
        await until(lambda: heard.starts == 2)
        assert not child.is_running()
