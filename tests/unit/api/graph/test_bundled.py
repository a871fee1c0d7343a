"""Views summed up: what adds up, and what is said of many at once."""

from __future__ import annotations

import math
import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promscope_api.graph.cut import Cut
from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Edge, Metrics, Node
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.views import VIEWS, Bundles, find
from promscope_wire import ids
from tests.fleet.snapshots import HOST, cid, container, host, link, process, snapshot

BUNDLED = [view.id for view in VIEWS.values() if isinstance(view.source, Bundles)]
B = "00000000000000bb"


def fleet(seed: int) -> Snapshot:
    """Containers of every mixture, some unmeasured, that talk with all that can be talked with."""
    chance = random.Random(seed)
    maybe = lambda value: chance.choice((value, None))  # noqa: E731
    containers = [
        container(
            n,
            host=chance.choice((HOST, f"host:{B}")),
            image=chance.choice(("a", "b")),
            image_id=chance.choice(("", "sha256:" + f"{n % 3}" * 64)),
            compose_project=chance.choice(("", "shop", "bank")),
            compose_service=chance.choice(("", "web", "db")),
            labels=chance.choice(({}, {"app": "x"}, {"app": "y"})),
            state=chance.choice(("running", "paused", "exited")),
            metrics=Metrics(cpu=maybe(chance.randrange(8)), memory=maybe(chance.randrange(1000))),
        )
        for n in range(chance.randrange(1, 12))
    ]
    owners = [HOST, *(one.id for one in containers)]
    ends = [*owners, "external:203.0.113.9", "external:10.9.9.9", "other:private"]
    links = [
        link(
            source,
            target,
            chance.choice((80, 443)),
            connections=maybe(chance.randrange(1, 5)),
            transmit=maybe(chance.randrange(1, 100)),
            receive=maybe(chance.randrange(1, 100)),
            source_process=chance.choice(("curl", "nginx")),
            target_process=chance.choice(("", "nginx")),
        )
        for source, target in (chance.sample(ends, 2) for _ in range(chance.randrange(30)))
        if source in owners or target in owners
    ]
    processes = [process(owner, "nginx") for owner in owners if chance.random() < 0.7]
    return snapshot([host(), host(B)], containers, links, processes)


def both(seed: int, view: str) -> tuple[Cut, Cut, dict[str, str]]:
    """The view, what it sums up, and where each thing went."""
    graph = Graph()
    graph.take(fleet(seed))
    declared = find(view)
    assert declared is not None
    assert isinstance(declared.source, Bundles)
    things = graph.things(declared.source.of)
    into = {}
    for node in things.nodes:
        bundle = declared.source.by(graph.world, node)
        into[node] = bundle.id if bundle else node
    return graph.cut(declared), things, into


@pytest.mark.parametrize("view", [*BUNDLED, "containers-by-label.app"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_sums_agree_with_the_ungrouped_view(view: str, seed: int) -> None:
    shown, things, into = both(seed, view)
    assert set(into.values()) == set(shown.nodes)
    members: dict[str, list[Node]] = defaultdict(list)
    for node in things.nodes.values():
        if into[node.id] != node.id:
            members[into[node.id]].append(node)
    for bundle, inside in members.items():
        for name in ("cpu", "memory"):
            known = [value for node in inside if (value := getattr(node.metrics, name)) is not None]
            assert getattr(shown.nodes[bundle].metrics, name) == (sum(known) if known else None)
        assert shown.nodes[bundle].facts["members"] == str(len(inside))
    between: dict[tuple[str, str, int, str], list[Edge]] = defaultdict(list)
    for edge in things.edges.values():
        source, target = into[edge.source], into[edge.target]
        if source != target:
            between[source, target, edge.port, edge.protocol].append(edge)
    assert {(e.source, e.target, e.port, e.protocol) for e in shown.edges.values()} == set(between)
    for edge in shown.edges.values():
        parts = between[edge.source, edge.target, edge.port, edge.protocol]
        assert (edge.connections or 0) == sum(part.connections or 0 for part in parts)
        assert _bytes(edge) == math.fsum(map(_bytes, parts))


def _bytes(edge: Edge) -> float:
    rates = edge.bytes_per_second
    return rates.transmit + rates.receive if rates else 0.0


def graph_of(*containers: object, **more: object) -> Graph:
    graph = Graph()
    graph.take(snapshot([host(), host(B)], containers, **more))  # type: ignore[arg-type]
    return graph


def test_a_bundle_is_as_unwell_as_its_worst_member_and_says_why() -> None:
    graph = graph_of(
        container(1, image="a", name="one"),
        container(2, image="a", name="two", health="unhealthy"),
        container(3, image="a", name="three", state="paused"),
    )
    (node,) = graph.cut(VIEWS["containers-by-image"]).nodes.values()
    assert node.status == "critical"
    assert node.reasons == ("two: its health check fails", "three: paused")
    assert (node.state, node.sublabel) == ("mixed", "3 containers")


def test_reasons_of_many_are_cut_and_counted() -> None:
    graph = graph_of(*(container(n, state="paused") for n in range(9)))
    (node,) = graph.cut(VIEWS["containers-by-image"]).nodes.values()
    assert len(node.reasons) == 6
    assert node.reasons[-1] == "and 4 more"


def test_limits_add_up_only_where_all_have_one() -> None:
    limited = graph_of(container(1, memory_limit=10.0), container(2, memory_limit=20.0))
    (node,) = limited.cut(VIEWS["containers-by-image"]).nodes.values()
    assert node.limits.memory == 30.0
    free = graph_of(container(1, memory_limit=10.0), container(2))
    (node,) = free.cut(VIEWS["containers-by-image"]).nodes.values()
    assert node.limits.memory is None


def test_what_belongs_to_no_project_is_one_honest_node() -> None:
    graph = graph_of(container(1), container(2, compose_project="shop", compose_service="web"))
    shown = graph.cut(VIEWS["containers-by-project"])
    project = ids.compose_project("00000000000000aa", "shop")
    assert set(shown.nodes) == {"unknown:no~20compose~20project", project}


def test_host_s_own_connections_join_those_of_its_containers() -> None:
    graph = graph_of(
        container(1),
        container(2, host=f"host:{B}"),
        links=[link(HOST, cid(2), 80), link(cid(1), cid(2), 80)],
    )
    shown = graph.cut(VIEWS["containers-by-host"])
    (edge,) = shown.edges.values()
    assert (edge.source, edge.target, edge.connections) == (HOST, f"host:{B}", 2.0)
    assert shown.nodes[HOST].metrics.cpu == 0.1
