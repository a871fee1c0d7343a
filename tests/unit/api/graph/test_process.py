"""The graph process' conversation, over a socket pair in this process."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from promscope_api.graph import channel
from promscope_api.graph import process as module
from promscope_api.graph.channel import Ask, LayoutMoved, Message, Push, Reply, Tell
from promscope_api.graph.process import Configuration, run
from promscope_api.graph.topic import Topic
from promscope_api.prometheus.backends import Backend, Backends
from tests.fleet.snapshots import (
    HOST_ID,
    change,
    cid,
    hello,
    host,
    inventory,
    record,
    snapshot,
)

NOWHERE = Configuration(Backends((Backend("http://127.0.0.1:9"),)), 1.0, 1.0, log_level="error")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """The process configures logging for itself: these tests share theirs with others."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@dataclass
class Web:
    """The web process' end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def say(self, message: Message) -> None:
        self.writer.write(channel.encode(message))

    def tell(self, what: str, **arguments: Any) -> None:
        self.say(Tell(what, msgspec.to_builtins(arguments)))

    async def hear(self, kind: type[Any]) -> Any:
        """The next message of this kind."""
        async with asyncio.timeout(60):
            while True:
                message = await channel.receive(self.reader)
                if isinstance(message, kind):
                    return message


@asynccontextmanager
async def graph(configured: bool = True) -> AsyncIterator[tuple[Web, asyncio.Task[None]]]:
    ours, theirs = socket.socketpair()
    task = asyncio.create_task(run(theirs))
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    web = Web(reader, writer)
    try:
        if configured:
            web.tell("configure", **msgspec.to_builtins(NOWHERE))
        yield web, task
    finally:
        writer.close()
        await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), 60)


async def test_questions_are_answered_by_number() -> None:
    async with graph() as (web, _):
        for number in (5, 6):
            web.say(Ask(number, "view", {"view": "hosts"}))
        replies = [await web.hear(Reply) for _ in range(2)]
        assert [reply.number for reply in replies] == [5, 6]
        assert json.loads(replies[0].body)["view"] == "hosts"


async def test_only_what_is_watched_is_pushed() -> None:
    async with graph() as (web, _):
        web.tell("watch", topic={"view": "containers"}, on=True)
        web.tell("connected", hello=hello())
        web.tell("inventory", host_id=HOST_ID, frame=inventory(1, record(1)))
        push: Push = await web.hear(Push)
        assert push.topic == Topic("containers")
        web.tell("watch", topic={"view": "containers"}, on=False)
        web.tell("watch", topic={"view": "hosts"}, on=True)
        assert (await web.hear(Push)).topic == Topic("hosts")


async def test_events_that_come_together_are_one_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "COALESCE_SECONDS", 0.5)
    async with graph() as (web, _):
        web.tell("watch", topic={"view": "containers"}, on=True)
        web.tell("connected", hello=hello())
        web.tell("inventory", host_id=HOST_ID, frame=inventory(1))
        await web.hear(Push)
        for number in range(2, 12):
            web.tell("change", host_id=HOST_ID, frame=change(number, number))
        while True:
            message = json.loads((await web.hear(Push)).body)
            if message["type"] == "delta" and message["nodes"]["upsert"]:
                break
        new = {node["id"] for node in message["nodes"]["upsert"] if node["kind"] == "container"}
        assert new == {cid(number) for number in range(2, 12)}


async def test_places_are_told_so_that_they_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAYOUT_SECONDS", 0.1)
    async with graph() as (web, _):
        web.tell("connected", hello=hello())
        web.tell("inventory", host_id=HOST_ID, frame=inventory(1, record(1)))
        web.say(Ask(1, "view", {"view": "containers"}))
        moved: LayoutMoved = await web.hear(LayoutMoved)
        assert cid(1) in moved.places


async def test_what_is_not_understood_is_left_out_and_the_rest_goes_on() -> None:
    async with graph() as (web, _):
        web.tell("gossip")
        web.tell("inventory", host_id=HOST_ID, frame={"nonsense": 1})
        web.say(Ask(1, "overview"))
        assert (await web.hear(Reply)).status == 200


async def test_process_ends_with_its_socket() -> None:
    async with graph() as (web, task):
        web.say(Ask(1, "overview"))
        await web.hear(Reply)
        web.writer.close()
        await asyncio.wait_for(task, 60)


async def test_process_without_a_configuration_ends() -> None:
    async with graph(configured=False) as (web, task):
        web.say(Ask(1, "overview"))
        await asyncio.wait_for(task, 60)


async def test_a_host_that_left_the_map_is_counted_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module.wire_log, "configure", lambda *_: None)
    rounds = iter([snapshot([host(), host("00000000000000bb", hostname="two")])])
    monkeypatch.setattr(
        module.Refresher, "snapshot", lambda _self, _at=None: next(rounds, snapshot([host()]))
    )
    async with graph() as (web, _), asyncio.timeout(60):
        measures = b""
        while b"promscope_api_hosts_removed_total 1.0" not in measures:
            web.say(Ask(1, "measures"))
            measures = (await web.hear(Reply)).body
            await asyncio.sleep(0.05)
    assert "host two left the map" in caplog.text
