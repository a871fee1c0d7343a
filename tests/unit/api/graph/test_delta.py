"""What was told, and what is news: whoever applies it to what they had has what there is."""

from __future__ import annotations

import random
from typing import Any

import msgspec

from promscope_api.graph.cut import Cut
from promscope_api.graph.delta import Told, everything
from promscope_api.graph.graph import Graph
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.views import VIEWS
from tests.fleet.snapshots import cid, shop


def cut(snap: Snapshot) -> Cut:
    graph = Graph()
    graph.take(snap)
    return graph.cut(VIEWS["containers"])


def told_of(shown: Cut) -> Told:
    """Everything of the view was told."""
    told = Told()
    told.touch(everything(Cut({}, {}, {}), shown))
    assert told.structure(shown) is not None
    return told


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


def test_nothing_changed_is_no_news() -> None:
    shown = cut(shop())
    told = told_of(shown)
    told.touch(everything(shown, shown))
    assert told.structure(shown) is None
    assert told.numbers(shown) == ({}, {})


def test_numbers_alone_are_no_structure() -> None:
    snap = shop()
    node = cid(0)
    metrics = msgspec.structs.replace(snap.containers[node].metrics, cpu=9.0)
    one = msgspec.structs.replace(snap.containers[node], metrics=metrics)
    before = cut(snap)
    now = cut(msgspec.structs.replace(snap, containers={**snap.containers, node: one}))
    told = told_of(before)
    told.touch(everything(before, now))
    assert told.structure(now) is None
    assert told.numbers(now) == ({node: now.nodes[node].metrics}, {})
    assert told.numbers(now) == ({}, {})


def test_state_is_structure_and_carries_the_node() -> None:
    snap = shop()
    one = msgspec.structs.replace(snap.containers[cid(0)], state="paused")
    before = cut(snap)
    now = cut(msgspec.structs.replace(snap, containers={**snap.containers, cid(0): one}))
    told = told_of(before)
    told.touch(everything(before, now))
    changes = told.structure(now)
    assert changes is not None
    nodes, _, _ = changes
    assert [node.id for node in nodes.upsert] == [cid(0)]
    assert nodes.remove == []


def test_what_is_undone_before_it_is_told_is_no_news() -> None:
    snap = shop()
    before = cut(snap)
    fewer = {node: one for node, one in snap.containers.items() if node != cid(0)}
    between = cut(msgspec.structs.replace(snap, containers=fewer))
    told = told_of(before)
    told.touch(everything(before, between))
    told.touch(everything(between, before))
    assert told.structure(before) is None
    assert told.numbers(before) == ({}, {})


def test_applying_both_gives_what_there_is() -> None:
    now = cut(shop())
    told = told_of(now)
    nodes, edges, groups = dict(now.nodes), dict(now.edges), dict(now.groups)
    for seed in range(20):
        before, now = now, cut(changed(shop(), seed))
        told.touch(everything(before, now))
        changes = told.structure(now)
        assert changes is not None
        for held, news in zip((nodes, edges, groups), changes, strict=True):
            for gone in news.remove:
                del held[gone]
            held.update((item.id, item) for item in news.upsert)
        of_nodes, of_edges = told.numbers(now)
        for key, metrics in of_nodes.items():
            nodes[key] = msgspec.structs.replace(nodes[key], metrics=metrics)
        for key, numbers in of_edges.items():
            edges[key] = msgspec.structs.replace(edges[key], **msgspec.structs.asdict(numbers))
        assert Cut(nodes, edges, groups) == now
