"""A published view: versions, bytes, and messages that a client can follow without a gap."""

from __future__ import annotations

import gzip
import json
import random

import msgspec
import pytest
import zstandard

from promscope_api.graph.graph import Graph
from promscope_api.graph.published import Published
from tests.fleet.client import Client
from tests.fleet.snapshots import HOST_ID, change, cid, hello, inventory, shop
from tests.unit.api.graph.test_delta import changed


def graph() -> Graph:
    made = Graph()
    made.take(shop())
    return made


def start(view: Published) -> Client:
    view.messages(with_numbers=True)
    client = Client()
    client.take(json.loads(view.full()))
    return client


def follow(view: Published, client: Client, *, with_numbers: bool) -> None:
    for base, version, body in view.messages(with_numbers=with_numbers):
        message = json.loads(body)
        assert (message["base"], message["version"]) == (base, version)
        client.take(message)


def test_version_grows_only_with_changes() -> None:
    it = graph()
    version = it.view("containers").now.version
    it.touch()
    assert it.view("containers").now.version == version
    it.take(msgspec.structs.replace(shop(), taken_at=1015.0))
    assert it.view("containers").now.version == version + 1


def test_versions_of_a_later_process_are_greater() -> None:
    first = graph().view("containers").now.version
    assert first > 1_000_000_000_000


def test_body_is_the_view_in_both_forms() -> None:
    view = graph().view("containers")
    body = view.body()
    assert gzip.decompress(view.body("gzip")) == body
    assert zstandard.ZstdDecompressor().decompress(view.body("zstd")) == body
    assert json.loads(body)["version"] == view.now.version
    assert view.body("gzip") is view.body("gzip")
    assert len(view.body("gzip")) < len(body) / 3


def test_first_message_is_the_whole_view() -> None:
    view = graph().view("containers")
    client = start(view)
    assert client.same_as(view.now)
    assert json.loads(view.full())["type"] == "full"
    assert view.messages(with_numbers=True) == []


def test_client_follows_structure_and_numbers() -> None:
    it = graph()
    client = start(it.view("containers"))
    for seed in range(30):
        it.take(msgspec.structs.replace(changed(shop(), seed), taken_at=1000.0 + seed))
        follow(it.view("containers"), client, with_numbers=True)
        assert client.same_as(it.view("containers").now)
        assert client.head["taken_at"] == 1000.0 + seed


def test_numbers_wait_and_then_catch_up() -> None:
    it, chance = graph(), random.Random(5)
    client = start(it.view("containers"))
    for seed in range(40):
        it.take(msgspec.structs.replace(changed(shop(), seed), taken_at=1000.0 + seed))
        with_numbers = chance.random() < 0.3
        follow(it.view("containers"), client, with_numbers=with_numbers)
        assert set(client.nodes) == {node.id for node in it.view("containers").now.nodes}
        states = {node.id: node.state for node in it.view("containers").now.nodes}
        assert {node: item["state"] for node, item in client.nodes.items()} == states
    follow(it.view("containers"), client, with_numbers=True)
    assert client.same_as(it.view("containers").now)


def test_client_that_starts_between_messages_can_follow() -> None:
    it, chance = graph(), random.Random(7)
    clients = [start(it.view("containers"))]
    for seed in range(30):
        it.take(msgspec.structs.replace(changed(shop(), seed), taken_at=1000.0 + seed))
        view = it.view("containers")
        for _, _, body in view.messages(with_numbers=chance.random() < 0.3):
            for client in clients:
                client.take(json.loads(body))
        if seed % 5 == 0:
            late = Client()
            late.take(json.loads(view.full()))
            assert late.version == view.told_version
            clients.append(late)
    for _, _, body in it.view("containers").messages(with_numbers=True):
        for client in clients:
            client.take(json.loads(body))
    assert all(client.same_as(it.view("containers").now) for client in clients)


def test_live_event_is_one_small_message() -> None:
    it = graph()
    client = start(it.view("containers"))
    it.overlay.connected(hello())
    it.overlay.inventory(HOST_ID, inventory(1))
    it.touch()
    follow(it.view("containers"), client, with_numbers=True)
    it.overlay.change(HOST_ID, change(2, 999))
    it.touch()
    ((_, _, body),) = it.view("containers").messages(with_numbers=False)
    assert len(body) < 2500
    upserted = json.loads(body)["nodes"]["upsert"]
    assert cid(999) in [node["id"] for node in upserted]


@pytest.mark.parametrize("numbers", [(True, True), (False, True), (False, False, True)])
def test_change_that_is_undone_before_it_was_told_leaves_no_gap(numbers: tuple[bool, ...]) -> None:
    """A container that is run and removed within one coalescing window."""
    it = graph()
    it.overlay.connected(hello())
    it.overlay.inventory(HOST_ID, inventory(1))
    it.touch()
    client = start(it.view("containers"))
    sequence = 2
    for with_numbers in numbers:
        for state in ("running", None):
            it.overlay.change(HOST_ID, change(sequence, 999, state))
            it.touch()
            it.view("containers")
            sequence += 1
        assert it.view("containers").messages(with_numbers=with_numbers) == []
        assert json.loads(it.view("containers").full())["version"] == client.version
    it.overlay.change(HOST_ID, change(sequence, 1000))
    it.touch()
    follow(it.view("containers"), client, with_numbers=False)
    assert cid(1000) in client.nodes
    assert client.same_as(it.view("containers").now)


def test_going_stale_and_fresh_again_is_told() -> None:
    it = graph()
    client = start(it.view("containers"))
    it.fail("Prometheus is away")
    follow(it.view("containers"), client, with_numbers=False)
    assert client.head["stale_reason"] == "Prometheus is away"
    it.take(shop())
    follow(it.view("containers"), client, with_numbers=False)
    assert client.head["stale_since"] is None
