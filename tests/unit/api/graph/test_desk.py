"""The graph's front desk."""

from __future__ import annotations

import gzip
import json
from typing import Any

import msgspec
import pytest

from promscope_api.graph.channel import Ask, Place
from promscope_api.graph.graph import Graph
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.client import Unreachable
from tests.fleet.link import DirectLink
from tests.fleet.snapshots import HOST, HOST_ID, change, cid, hello, inventory, record, shop


def link() -> DirectLink:
    graph = Graph()
    graph.take(shop())
    return DirectLink(graph)


async def test_view_has_its_version_as_etag() -> None:
    it = link()
    reply = await it.ask("view", view="containers")
    version = it.graph.view("containers").now.version
    assert (reply.status, reply.etag) == (200, f"containers-{version}")
    packed = await it.ask("view", view="containers", encoding="gzip")
    assert (packed.body, packed.etag) == (b"", reply.etag)
    assert gzip.decompress(packed.compressed) == reply.body


async def test_full_message_has_the_version_that_watchers_were_told() -> None:
    it = link()
    reply = await it.ask("full", view="hosts")
    assert int(reply.etag) == json.loads(reply.body)["version"]


async def test_node_search_overview_and_readiness() -> None:
    it = link()
    assert json.loads((await it.ask("node", node=cid(0))).body)["node"]["id"] == cid(0)
    assert json.loads((await it.ask("search", query="c0", limit=5)).body)["total"] >= 1
    assert json.loads((await it.ask("overview")).body)["summary"]["nodes"] > 10
    assert json.loads((await it.ask("ready")).body)["built"]
    assert b"promscope_api_backend_up" in (await it.ask("measures")).body


@pytest.mark.parametrize("node", [cid(999), "nonsense", "pod:x"])
async def test_unknown_ids_are_problems(node: str) -> None:
    for what, more in (("node", {}), ("sparklines", {"seconds": 60})):
        reply = await link().ask(what, node=node, **more)
        assert reply.status == 404
        assert json.loads(reply.body)["status"] == 404


async def test_search_index_follows_the_graph() -> None:
    it = link()
    assert json.loads((await it.ask("search", query="newborn", limit=5)).body)["total"] == 0
    it.graph.overlay.connected(hello())
    it.graph.overlay.inventory(HOST_ID, inventory(1))
    it.graph.overlay.change(HOST_ID, change(2, 999, name="newborn"))
    it.graph.touch()
    assert json.loads((await it.ask("search", query="newborn", limit=5)).body)["total"] == 1


async def test_sparklines_and_their_problems() -> None:
    it = link()
    reply = await it.ask("sparklines", node=HOST, seconds=60)
    assert json.loads(reply.body)["id"] == HOST
    assert (await it.ask("sparklines", node=HOST, seconds=5)).status == 400
    it.backend.error = Unreachable("nobody there")
    assert (await it.ask("sparklines", node=cid(0), seconds=60)).status == 503
    it.backend.error = BadAnswer("garbage")
    assert (await it.ask("sparklines", node=cid(0), seconds=60)).status == 502


async def test_what_cannot_be_answered_is_an_answer_too(caplog: pytest.LogCaptureFixture) -> None:
    for what in ("nothing", "view"):
        reply = await link().desk.answer(Ask(7, what, {}))
        assert (reply.number, reply.status) == (7, 500)
    assert "could not answer" in caplog.text


def test_tunnels_are_noted() -> None:
    it = link()

    def tell(what: str, **arguments: Any) -> bool:
        return it.desk.told(what, msgspec.to_builtins(arguments))

    assert tell("connected", hello=hello())
    assert tell("inventory", host_id=HOST_ID, frame=inventory(1, record(1)))
    assert tell("change", host_id=HOST_ID, frame=change(2, 999))
    assert not tell("change", host_id=HOST_ID, frame=change(9, 999))
    it.graph.touch()
    assert it.graph.exists(cid(999))
    assert tell("heartbeat", host_id=HOST_ID, skew_seconds=0.1)
    assert tell("lost", host_id=HOST_ID)


def test_saved_layout_is_taken_up() -> None:
    it = link()
    place = Place("", 1.0, 2.0, 3.0)
    it.desk.told("layout", {"view": "hosts", "places": {HOST: msgspec.to_builtins(place)}})
    assert it.graph.view("hosts").layout.places[HOST] == place


def test_pins_are_taken_up_and_taken_away() -> None:
    it = link()

    def position() -> Any:
        it.graph.touch()
        return next(one.position for one in it.graph.view("hosts").now.nodes if one.id == HOST)

    assert it.desk.told("pins", {"view": "hosts", "pins": {HOST: [50.0, 60.0]}})
    assert position() == (50.0, 60.0)
    it.desk.told("pins", {"view": "hosts", "pins": {}})
    assert position() != (50.0, 60.0)


def test_a_view_says_whether_a_node_is_in_it() -> None:
    it = link()
    assert it.ask_blocking("has", view="hosts", node=HOST).status == 200
    assert it.ask_blocking("has", view="hosts", node=cid(1)).status == 404


def test_a_view_is_laid_out_anew_only_when_asked() -> None:
    it = link()
    layout = it.desk._graph.layout("hosts")
    it.ask_blocking("view", view="hosts")
    layout.drain()
    it.ask_blocking("view", view="hosts")
    assert layout.drain() == ({}, [])
    assert it.ask_blocking("relayout", view="hosts").status == 200
    it.ask_blocking("view", view="hosts")
    moved, _ = layout.drain()
    assert HOST in moved


def test_what_is_not_understood() -> None:
    with pytest.raises(KeyError):
        link().desk.told("gossip", {})
    with pytest.raises(KeyError):
        link().desk.told("layout", {"view": "nowhere", "places": {}})
    with pytest.raises(msgspec.ValidationError):
        link().desk.told("connected", {"hello": {"type": "hello"}})
