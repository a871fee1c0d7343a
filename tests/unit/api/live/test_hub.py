"""The live map's sockets: full first, then everything in order; whoever is too slow is dropped."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest

from promscope_api.graph.channel import Push
from promscope_api.graph.graph import Graph
from promscope_api.graph.topic import Topic
from promscope_api.live import hub as module
from promscope_api.live.hub import Hub
from promscope_api.security.guard import Guard
from promscope_api.security.lifelines import Lifelines
from promscope_api.security.policy import Policy
from promscope_api.security.principal import Principal
from tests.fleet.link import DirectLink
from tests.fleet.snapshots import shop
from tests.fleet.teams import ALL, BILLS, POLICY, SECRETS, SHOPPER, STORE, WEB, scraped

PATH = "/api/v1/topology/containers/ws"


class Open:
    """A guard that lets everybody in, or nobody."""

    def __init__(self, lets: bool = True) -> None:
        self.lets = lets
        self.valid = {"1"}
        self.policy = Policy()
        self.who = Principal("ada", ("viewer",), "session", "1")
        self.lifelines = Lifelines(lambda _: self.valid, lambda _: set())

    async def open_socket(self, *_: Any, **__: Any) -> Any:
        return self.who if self.lets else None


class Socket:
    """One client: `say` sends to the hub, `sent` is what the hub sent, `hold` stops its reading."""

    def __init__(self, hub: Hub, path: str = PATH) -> None:
        self.sent: list[dict[str, Any]] = []
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.news = asyncio.Event()
        self.reading = asyncio.Event()
        self.reading.set()
        self.incoming.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": path, "headers": [], "extensions": {}}
        self.task = asyncio.create_task(hub(scope, self.incoming.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await self.reading.wait()
        self.sent.append(message)
        self.news.set()

    def say(self, text: str) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "text": text})

    async def leave(self) -> None:
        self.incoming.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self.task, 60)

    async def messages(self, count: int) -> list[dict[str, Any]]:
        """The first `count` messages, once they are there."""

        async def enough() -> None:
            while len(self._texts()) < count:
                self.news.clear()
                await self.news.wait()

        await asyncio.wait_for(enough(), 60)
        return [json.loads(text) for text in self._texts()]

    def _texts(self) -> list[str]:
        return [item["text"] for item in self.sent if item["type"] == "websocket.send"]

    async def closed(self) -> tuple[int, str]:
        await asyncio.wait_for(self.task, 60)
        last = self.sent[-1]
        assert last["type"] == "websocket.close"
        return last["code"], last["reason"]


def push(base: int, version: int, view: str = "containers", size: int = 0) -> Push:
    body = json.dumps({"type": "delta", "base": base, "version": version, "x": "x" * size})
    return Push(Topic(view), base, version, body.encode())


class Stage:
    """A hub over a graph in this process."""

    def __init__(self, lets: bool = True) -> None:
        graph = Graph()
        graph.take(shop())
        self.link = DirectLink(graph)
        self.dropped: list[str] = []
        self.guard = Open(lets)
        self.hub = Hub(self.link, cast(Guard, self.guard), self.dropped.append)
        graph.view("containers").messages(with_numbers=True)
        self.version = graph.view("containers").told_version


async def test_full_message_comes_first_and_then_what_builds_on_it() -> None:
    stage = Stage()
    socket = Socket(stage.hub)
    (full,) = await socket.messages(1)
    assert (full["type"], full["version"]) == ("full", stage.version)
    stage.hub.graph_pushed(push(stage.version, stage.version + 1))
    stage.hub.graph_pushed(push(stage.version + 1, stage.version + 2, "hosts"))
    stage.hub.graph_pushed(push(stage.version + 1, stage.version + 2))
    versions = [item["version"] for item in await socket.messages(3)]
    assert versions == [stage.version, stage.version + 1, stage.version + 2]
    await socket.leave()


async def test_what_the_full_message_has_already_is_not_sent_again() -> None:
    stage = Stage()
    socket = Socket(stage.hub)
    await asyncio.sleep(0)
    stage.hub.graph_pushed(push(stage.version - 2, stage.version - 1))
    stage.hub.graph_pushed(push(stage.version - 1, stage.version))
    stage.hub.graph_pushed(push(stage.version, stage.version + 1))
    versions = [item["version"] for item in await socket.messages(2)]
    assert versions == [stage.version, stage.version + 1]
    await socket.leave()


async def test_those_who_come_together_share_one_full_message() -> None:
    stage = Stage()
    stage.link.held = asyncio.Event()
    sockets = [Socket(stage.hub) for _ in range(5)]
    other = Socket(stage.hub, PATH.replace("containers", "hosts"))
    await asyncio.wait_for(stage.link.waits(2), 60)
    stage.link.held.set()
    for socket in (*sockets, other):
        (full,) = await socket.messages(1)
        assert full["type"] == "full"
        await socket.leave()
    assert [what for what, _ in stage.link.asked] == ["full", "full"]


async def test_who_comes_after_a_message_does_not_share_what_was_asked_for_before_it() -> None:
    stage = Stage()
    stage.link.held = asyncio.Event()
    early = Socket(stage.hub)
    await asyncio.wait_for(stage.link.waits(1), 60)
    stage.hub.graph_pushed(push(stage.version, stage.version + 1))
    late = Socket(stage.hub)
    await asyncio.wait_for(stage.link.waits(2), 60)
    stage.link.held.set()
    for socket in (early, late):
        await socket.messages(1)
        await socket.leave()


async def test_one_who_leaves_does_not_take_the_full_message_from_the_others() -> None:
    stage = Stage()
    stage.link.held = asyncio.Event()
    first, second = Socket(stage.hub), Socket(stage.hub)
    await asyncio.wait_for(stage.link.waits(1), 60)
    await first.leave()
    stage.link.held.set()
    (full,) = await second.messages(1)
    assert full["type"] == "full"
    await second.leave()


async def test_graph_is_told_who_is_watched_first_and_last() -> None:
    stage = Stage()
    one, two = Socket(stage.hub), Socket(stage.hub)
    await one.messages(1)
    await two.messages(1)
    assert stage.hub.count("containers") == 2
    await one.leave()
    await two.leave()
    watched = [arguments["on"] for what, arguments in stage.link.told if what == "watch"]
    assert watched == [True, False]
    assert stage.hub.count("containers") == 0


async def test_resync_sends_a_full_message_again() -> None:
    stage = Stage()
    socket = Socket(stage.hub)
    await socket.messages(1)
    socket.say('{"type":"resync"}')
    assert [item["type"] for item in await socket.messages(2)] == ["full", "full"]
    socket.say('{"type":"resync"}')
    socket.say("nonsense")
    socket.say('{"type":"other"}')
    stage.hub.graph_pushed(push(stage.version, stage.version + 1))
    assert [item["type"] for item in await socket.messages(3)] == ["full", "full", "delta"]
    await socket.leave()


async def test_restarted_graph_gives_everybody_a_full_message() -> None:
    stage = Stage()
    socket = Socket(stage.hub)
    await socket.messages(1)
    stage.hub.graph_started()
    assert [item["type"] for item in await socket.messages(2)] == ["full", "full"]
    watched = {"view": "containers", "filter": "", "sight": ""}
    assert stage.link.told[-1] == ("watch", {"topic": watched, "on": True})
    await socket.leave()


async def test_slow_client_is_dropped_with_a_reason_and_nobody_else() -> None:
    stage = Stage()
    slow, quick = Socket(stage.hub), Socket(stage.hub)
    await slow.messages(1)
    await quick.messages(1)
    slow.reading.clear()
    for step in range(module.MAX_WAITING + 5):
        stage.hub.graph_pushed(push(stage.version + step, stage.version + step + 1))
        await quick.messages(step + 2)
    slow.reading.set()
    code, reason = await slow.closed()
    assert (code, stage.dropped) == (4408, ["slow"])
    assert "slowly" in reason
    assert not quick.task.done()
    await quick.leave()


async def test_queue_is_bounded_in_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING_BYTES", 1000)
    stage = Stage()
    socket = Socket(stage.hub)
    await socket.messages(1)
    stage.hub.graph_pushed(push(stage.version, stage.version + 1, size=2000))
    assert (await socket.closed())[0] == 4408


async def test_client_that_takes_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEND_SECONDS", 0.05)
    stage = Stage()
    socket = Socket(stage.hub)
    socket.reading.clear()
    assert (await socket.closed())[0] == 4408


async def test_client_that_talks_too_much_is_dropped() -> None:
    stage = Stage()
    socket = Socket(stage.hub)
    await socket.messages(1)
    socket.say("x" * 5000)
    assert (await socket.closed())[0] == 4413
    assert stage.dropped == ["client"]


async def test_it_ends_with_the_session_that_opened_it() -> None:
    stage = Stage()
    guard = stage.guard
    socket = Socket(stage.hub)
    await socket.messages(1)
    await guard.lifelines.check()
    assert not socket.task.done()
    guard.valid = set()
    await guard.lifelines.check()
    code, reason = await socket.closed()
    assert (code, stage.dropped) == (4401, ["revoked"])
    assert "sign in again" in reason


async def test_no_graph_says_so() -> None:
    stage = Stage()
    stage.link.up = False
    code, reason = await Socket(stage.hub).closed()
    assert (code, stage.dropped) == (4410, ["graph"])
    assert "reconnect" in reason


async def test_nobody_gets_in_past_the_guard() -> None:
    stage = Stage(lets=False)
    socket = Socket(stage.hub)
    await asyncio.wait_for(socket.task, 60)
    assert socket.sent == []
    assert stage.hub.count("containers") == 0


async def test_unknown_view_is_refused_before_the_upgrade() -> None:
    stage = Stage()
    socket = Socket(stage.hub, "/api/v1/topology/pods/ws")
    await asyncio.wait_for(socket.task, 60)
    assert [item["type"] for item in socket.sent] == ["websocket.close"]


async def test_there_is_a_limit_of_watchers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SUBSCRIBERS", 1)
    stage = Stage()
    first = Socket(stage.hub)
    await first.messages(1)
    second = Socket(stage.hub)
    await asyncio.wait_for(second.task, 60)
    assert "websocket.accept" not in [item["type"] for item in second.sent]
    await first.leave()


async def test_error_of_ours_is_told_and_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage()

    async def broken(_what: str, **_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(stage.link, "ask", broken)
    assert (await Socket(stage.hub).closed())[0] == 1011
    assert "ended with an error" in caplog.text


async def test_everybody_watches_what_they_may_see() -> None:
    stage = Stage()
    stage.link.graph.take(scraped())
    stage.guard.policy = POLICY
    stage.guard.who = SHOPPER
    part = Socket(stage.hub)
    (full,) = await part.messages(1)
    assert [word for word in SECRETS if word in json.dumps(full)] == []
    assert {WEB, STORE} <= {node["id"] for node in full["nodes"]}
    stage.guard.who = ALL
    whole = Socket(stage.hub)
    (full,) = await whole.messages(1)
    assert BILLS in {node["id"] for node in full["nodes"]}
    told = [arguments["topic"]["sight"] for what, arguments in stage.link.told if what == "watch"]
    assert told == ["team=shop", ""]
    stage.hub.graph_pushed(Push(Topic("containers"), full["version"], full["version"] + 1, b"{}"))
    assert len(await whole.messages(2)) == 2
    await part.leave()
    assert len(part.sent) == 2


async def test_who_may_see_nothing_watches_nothing() -> None:
    stage = Stage()
    stage.guard.who = Principal("nil", (), "session", "1")
    socket = Socket(stage.hub)
    await asyncio.wait_for(socket.task, 60)
    assert [item["type"] for item in socket.sent] == ["websocket.close"]
