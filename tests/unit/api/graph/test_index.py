"""What expressions are true of."""

from __future__ import annotations

import pytest

from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Metrics
from promscope_api.query.parser import parse
from promscope_wire import ids
from promscope_wire.frames import Port
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

PEER = "external:203.0.113.9"
PROCESS = ids.processes(cid(1), "redis-server")


def graph() -> Graph:
    made = Graph()
    made.take(
        snapshot(
            [host(cores=4.0, memory_total=1000.0, metrics=Metrics(cpu=3.0, memory=900.0))],
            [
                container(
                    1,
                    name="cache",
                    image="docker.io/redis",
                    image_tag="7",
                    labels={"com_example_team": "payments"},
                    metrics=Metrics(cpu=1.0, memory=90.0),
                    memory_limit=100.0,
                ),
                container(2, name="web", state="paused", metrics=Metrics(cpu=None, memory=50.0)),
                container(3, name="Zoë", health="unhealthy", compose_project="shop"),
            ],
            [link(cid(1), PEER, 443, connections=3.0)],
            [process(cid(1), "redis-server", metrics=Metrics(cpu=1.0, threads=9.0))],
        )
    )
    return made


CASES = {
    "cache": {cid(1), PROCESS},
    "ZOË": {cid(3)},
    "name:web": {cid(2)},
    "name=we": set(),
    "name = WEB": {cid(2)},
    'image ~ "redis.*7$"': {cid(1)},
    "image !~ redis kind:container": {cid(2), cid(3)},
    "image != docker.io/redis:7 kind:container": {cid(2), cid(3)},
    "label.com_example_team=payments": {cid(1)},
    "label.com.example.team=payments": {cid(1)},
    "label.com-example-team:pay": {cid(1)},
    "label.com_example_team:*": {cid(1)},
    "label.com_example_team != payments kind:container": {cid(2), cid(3)},
    "kind:external": {PEER},
    "status:critical": {cid(3)},
    "state:paused": {cid(2)},
    "health:unhealthy": {cid(3)},
    "host:box-aa kind:container": {cid(1), cid(2), cid(3)},
    f"host = {HOST} kind:processes": {PROCESS},
    f"owner = {cid(1)}": {PROCESS},
    "project:shop": {cid(3)},
    "cpu > 0.5 kind:container": {cid(1)},
    "cpu = 0.1": {cid(3)},
    "cpu:* kind:container": {cid(1), cid(3)},
    "NOT cpu:* kind:container": {cid(2)},
    "cpu > 40%": {HOST},
    "cpu >= 25% kind:container": {cid(1)},
    "memory > 85%": {HOST, cid(1), cid(3)},
    "memory < 60 kind:container": {cid(2)},
    "memory = 5%": {cid(2)},
    "connections > 2": {cid(1), PEER, HOST},
    "threads >= 9": {PROCESS},
    "web OR cache kind:container": {cid(1), cid(2)},
    "(web OR cache) NOT state:paused kind:container": {cid(1)},
    "address:203.0.113.9": {PEER},
    cid(2): {cid(2)},
    '"health check fails"': {cid(3)},
    "port:*": set(),
}


@pytest.mark.parametrize("query", CASES)
def test_expressions_are_true_of(query: str) -> None:
    expression = parse(query)
    assert expression is not None
    assert graph().index.ids(expression) == CASES[query]


def test_what_only_the_tunnel_tells_can_be_asked_for() -> None:
    made = graph()
    made.overlay.connected(hello())
    ports = (Port(80, "tcp", "0.0.0.0", 8080),)
    said = record(2, labels={"com.example.team": "Web"}, ports=ports, environment={"API_KEY": "*"})
    made.overlay.inventory(HOST_ID, inventory(1, record(1), said, record(3)))
    made.touch()
    for query in ("port:8080", "label.com.example.team=web", "environment:api_key"):
        expression = parse(query)
        assert expression is not None
        assert made.index.ids(expression) == {cid(2)}, query


def test_an_index_follows_the_graph() -> None:
    made = graph()
    expression = parse("state:exited OR cpu > 3.5")
    assert expression is not None
    assert made.index.ids(expression) == set()
    before = made.index.by_id[cid(1)]
    busy = container(3, name="Zoë", metrics=Metrics(cpu=4.0))
    made.take(snapshot((), [container(1, name="cache", state="exited"), busy]))
    assert made.index.ids(expression) == {cid(1), cid(3)}
    assert made.index.by_id[cid(1)].values != before.values


def test_an_entry_that_still_tells_the_truth_is_used_again() -> None:
    made = graph()
    before = made.index.by_id[PEER]
    made.touch()
    assert made.index.by_id[PEER].values is before.values


def test_labels_there_are() -> None:
    assert graph().index.labels() == ["label.com_example_team"]
    values = graph().index.column("state").frequent()
    assert ("paused", 1) in values
