"""Cuts that are mended after changes of containers are those that would be cut anew."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from promscope_api.graph.cuts import Cuts
from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Metrics
from promscope_api.graph.overlay import Overlay
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.views import VIEWS, View, find
from promscope_api.graph.world import compose
from promscope_api.query.parser import parse
from promscope_wire.frames import Change
from tests.fleet.client import Client
from tests.fleet.snapshots import (
    HOST,
    HOST_ID,
    cid,
    container,
    hello,
    host,
    inventory,
    link,
    process,
    record,
    snapshot,
)

B_ID = "00000000000000bb"
B = f"host:{B_ID}"
FILTERS = ("", "c1", "state = paused", "project = shop", "cpu > 5%", "NOT kind:container", "two")
WATCHED = [
    (view, str(parse(text) or ""))
    for view in (*VIEWS, "containers-by-label.team")
    for text in FILTERS
]


def fleet(peers: int = 6) -> Snapshot:
    """Two hosts; on one a tunnel tells of what happens. Every second container has peers outside,
    of which a view shows 50 one by one.
    """
    containers = [
        container(
            n,
            host=HOST if n < 8 else B,
            compose_project="shop" if n in (1, 2, 3) else "two" if n in (4, 9) else "",
            compose_service=("web", "db")[n % 2] if n in (1, 2, 3, 4) else "",
            image=f"image-{n % 3}",
            labels={"team": "a"} if n % 2 else {},
            metrics=Metrics(cpu=float(n), memory=1e6),
            cpu_limit=None if n % 3 else 8.0,
        )
        for n in range(12)
    ]
    chance = random.Random(3)
    links = [
        link(cid(a), cid(b), 80 + chance.randrange(2), connections=float(chance.randrange(4)))
        for a, b in (chance.sample(range(12), 2) for _ in range(20))
    ]
    links += [link(cid(2 * (n % 6)), f"external:93.184.216.{n}", 443) for n in range(peers)]
    links += [link(HOST, cid(9)), link(cid(2), B, 22), link(cid(5), "external:10.9.9.9", 53)]
    processes = [process(cid(n), f"command-{n % 3}", host=HOST if n < 8 else B) for n in range(12)]
    hosts = [host(cores=8.0), host(B_ID, cores=4.0)]
    made = snapshot(hosts, containers, links, processes)
    firing = {"alertname": "Hot", "severity": "critical", "container_id": cid(3)[10:]}
    return msgspec.structs.replace(made, firing=(firing,))


def overlay_of(snap: Snapshot) -> Overlay:
    made = Overlay()
    made.connected(hello())
    known = [n for n in range(12) if snap.containers[cid(n)].host == HOST]
    made.inventory(HOST_ID, inventory(1, *(record(n) for n in known)))
    return made


class Events:
    """What a tunnel may tell, at random."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._sequence = 1

    def next(self) -> Change:
        self._sequence += 1
        number = self._chance.choice((1, 2, 3, 4, 5, 6, 7, 20, 21, 22, 9))
        labels = self._chance.choice(
            ({}, *({"com.docker.compose.project": p} for p in ("shop", "two", "new")))
        )
        body = None
        if self._chance.random() < 0.7:
            body = record(
                number,
                self._chance.choice(("running", "paused", "exited", "removed")),
                image=f"image-{self._chance.randrange(4)}:1",
                labels=labels,
            )
        return Change("e1", self._sequence, "change", cid(number), body)


@pytest.mark.parametrize("seed", range(3))
def test_mended_is_what_is_cut_anew(seed: int) -> None:
    snap = fleet(peers=(6, 48, 60)[seed % 3])
    overlay, events = overlay_of(snap), Events(seed)
    cuts = Cuts(compose(snap, overlay))
    for view, query in WATCHED:
        cuts.of(found(view), query)
    for turn in range(15):
        changed = set()
        for _ in range(1 + turn % 3):
            change = events.next()
            if overlay.change(HOST_ID, change):
                changed.add(change.node)
        cuts.mend(overlay, changed)
        anew = Cuts(compose(snap, overlay))
        assert cuts.world == anew.world
        assert cuts.index.by_id == anew.index.by_id
        for view, query in WATCHED:
            assert cuts.of(found(view), query) == anew.of(found(view), query), (view, query)


def test_what_is_not_touched_is_as_it_was() -> None:
    snap = fleet()
    overlay, events = overlay_of(snap), Events(11)
    cuts = Cuts(compose(snap, overlay))
    before: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for turn in range(20):
        for view, query in WATCHED:
            cut = cuts.of(found(view), query)
            now: list[dict[str, Any]] = [dict(cut.nodes), dict(cut.edges), dict(cut.groups)]
            if turn:
                touched = cuts.touched(found(view), query)
                told = (touched.nodes, touched.edges, touched.groups)
                for was, items, keys in zip(before[view, query], now, told, strict=True):
                    differ = {k for k in was.keys() | items if was.get(k) != items.get(k)}
                    assert differ <= keys, (view, query)
            before[view, query] = now
        change = events.next()
        overlay.change(HOST_ID, change)
        cuts.mend(overlay, {change.node})


@pytest.mark.parametrize("seed", range(2))
def test_watchers_are_told_the_same_as_if_all_were_published_anew(seed: int) -> None:
    graph, events = Graph(), Events(seed)
    graph.keep(lambda _topic: True)
    graph.take(fleet())
    graph.overlay = overlay_of(graph.snapshot)
    graph.touch()
    clients = {}
    for topic in WATCHED:
        view = graph.view(*topic)
        view.messages(with_numbers=True)
        clients[topic] = Client()
        clients[topic].take(msgspec.json.decode(view.full()))
    for turn in range(12):
        change = events.next()
        if graph.overlay.change(HOST_ID, change):
            graph.touch(change.node)
        for topic, client in clients.items():
            for _, _, body in graph.view(*topic).messages(with_numbers=turn % 3 == 0):
                client.take(msgspec.json.decode(body))
        versions = {topic: graph.view(*topic).version for topic in WATCHED}
        if turn % 2:
            graph.touch()
            assert versions == {topic: graph.view(*topic).version for topic in WATCHED}
    for topic, client in clients.items():
        for _, _, body in graph.view(*topic).messages(with_numbers=True):
            client.take(msgspec.json.decode(body))
        assert client.same_as(graph.view(*topic).now), topic


def found(name: str) -> View:
    view = find(name)
    assert view is not None
    return view
