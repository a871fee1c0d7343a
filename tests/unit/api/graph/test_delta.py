"""Deltas: whoever applies them to what they had has what there is."""

from __future__ import annotations

import random
from typing import Any

import msgspec

from promscope_api.graph import delta
from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Topology
from promscope_api.graph.snapshot import Snapshot
from tests.fleet.client import Client
from tests.fleet.snapshots import cid, shop


def topology(snap: Snapshot, version: int = 1) -> Topology:
    graph = Graph()
    graph.take(snap)
    return msgspec.structs.replace(graph.view("containers").now, version=version)


def changed(snap: Snapshot, seed: int) -> Snapshot:
    """The same fleet a while later: some gone, some paused, all numbers new."""
    chance = random.Random(seed)
    containers: dict[str, Any] = {}
    for node, one in snap.containers.items():
        if chance.random() < 0.1:
            continue
        state = "paused" if chance.random() < 0.1 else one.state
        metrics = msgspec.structs.replace(one.metrics, cpu=chance.random())
        containers[node] = msgspec.structs.replace(one, state=state, metrics=metrics)
    links = tuple(
        msgspec.structs.replace(one, transmit=chance.random())
        for one in snap.links
        if one.source in containers and one.target in containers and chance.random() < 0.9
    )
    return msgspec.structs.replace(snap, containers=containers, links=links)


def test_nothing_changed_is_no_message() -> None:
    before = topology(shop())
    assert delta.structure(before, before) is None
    assert delta.metrics(before, before) is None


def test_numbers_alone_are_no_structure() -> None:
    snap = shop()
    node = cid(0)
    metrics = msgspec.structs.replace(snap.containers[node].metrics, cpu=9.0)
    one = msgspec.structs.replace(snap.containers[node], metrics=metrics)
    busier = msgspec.structs.replace(snap, containers={**snap.containers, node: one})
    before, now = topology(snap), topology(busier, 2)
    assert delta.structure(before, now) is None
    numbers = delta.metrics(before, now)
    assert numbers is not None
    assert list(numbers.nodes) == [node]
    assert numbers.edges == {}


def test_state_is_structure_and_carries_the_node() -> None:
    snap = shop()
    one = msgspec.structs.replace(snap.containers[cid(0)], state="paused")
    paused = msgspec.structs.replace(snap, containers={**snap.containers, cid(0): one})
    change = delta.structure(topology(snap), topology(paused, 2))
    assert change is not None
    assert [node.id for node in change.nodes.upsert] == [cid(0)]
    assert change.nodes.remove == []
    assert (change.base, change.version) == (1, 2)


def test_freshness_is_news() -> None:
    before = topology(shop())
    stale = msgspec.structs.replace(before, version=2, stale_since=5.0, stale_reason="away")
    change = delta.structure(before, stale)
    assert change is not None
    assert change.stale_reason == "away"
    assert not change.nodes.upsert


def test_applying_both_gives_what_there_is() -> None:
    snap = shop()
    client = Client.full(topology(snap))
    for seed in range(20):
        following = changed(shop(), seed)
        now = topology(following, seed + 2)
        before = client.topology
        change, numbers = delta.structure(before, now), None
        for message in (change, numbers := delta.metrics(before, now)):
            if message is not None:
                client.take(msgspec.json.decode(msgspec.json.encode(message)), check_base=False)
        assert numbers is not None
        assert client.same_as(now)
