"""One node over REST."""

from __future__ import annotations

import pytest

from promscope_api.graph.graph import Graph
from promscope_api.prometheus.client import Unreachable
from promscope_wire.frames import Answer, Problem, ProcessRecord
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import HOST, HOST_ID, cid, hello, inventory, process, record, shop

NODE, METRICS = "/api/v1/nodes/{node}", "/api/v1/nodes/{node}/metrics"


@pytest.fixture
def rest() -> Rest:
    graph = Graph()
    graph.take(shop())
    graph.overlay.connected(hello())
    graph.overlay.inventory(HOST_ID, inventory(1, *map(record, range(200))))
    graph.touch()
    return Rest(graph)


def test_container_with_record_processes_and_actions(rest: Rest) -> None:
    item = ProcessRecord("process:aa:1:2", 1, 0, cid(0), "redis", user="root", resident_bytes=5)
    rest.control.answer = Answer("", (item,), truncated=True)
    answer = rest.get(f"/api/v1/nodes/{cid(0)}")
    check(NODE, answer)
    assert answer.json["record"]["node"] == cid(0)
    assert answer.json["processes"]["truncated"]
    assert answer.json["processes"]["items"][0]["command"] == "redis"
    assert [offer["action"] for offer in answer.json["actions"]] == ["stop"]


@pytest.mark.parametrize("node", [HOST, "external:93.184.216.0", cid(3)])
def test_every_kind_is_as_declared(rest: Rest, node: str) -> None:
    answer = rest.get(f"/api/v1/nodes/{node}")
    check(NODE, answer)
    assert answer.json["node"]["id"] == node


@pytest.mark.parametrize(
    "reply", [RuntimeError("no probe"), Answer("", problem=Problem("vetoed", "No", "not allowed"))]
)
def test_processes_that_cannot_be_had_say_why(rest: Rest, reply: Answer | Exception) -> None:
    rest.control.answer = reply
    answer = rest.get(f"/api/v1/nodes/{cid(0)}")
    check(NODE, answer)
    assert answer.json["processes"] is None
    reasons = {item["field"]: item["reason"] for item in answer.json["not_measured"]}
    assert reasons["live processes"] in ("no probe", "not allowed")


def test_peers_outside_are_not_asked_for_processes(rest: Rest) -> None:
    rest.control.answer = RuntimeError("must not be asked")
    answer = rest.get("/api/v1/nodes/external:93.184.216.0")
    assert answer.json["processes"] is None
    assert answer.json["not_measured"] == []


@pytest.mark.parametrize(
    "node",
    [
        "..%2f..%2fadmin",
        "%2e%2e",
        "container:..%2f..%2fadmin",
        "container:" + "a" * 2000,
        "nonsense",
        "container:",
        "CONTAINER:" + "a" * 12,
        "container:\u202e",
        "host:a%00b",
        cid(9999),
        "process:aa:1:2",
    ],
)
def test_s2_ids_that_are_none_are_not_found(rest: Rest, node: str) -> None:
    for path in (f"/api/v1/nodes/{node}", f"/api/v1/nodes/{node}/metrics"):
        answer = rest.get(path)
        assert answer.status_code == 404
        assert answer.content_type == "application/problem+json"
    assert rest.link.backend.asked == []


def test_metrics(rest: Rest) -> None:
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/metrics?range=5m")
    check(METRICS, answer)
    assert answer.json["step"] == 15
    assert answer.json["end"] - answer.json["start"] == 300
    assert all(series["promql"] for series in answer.json["series"])
    assert len(answer.json["series"][0]["points"]) == 21


def test_metrics_of_a_quarter_of_an_hour_by_default(rest: Rest) -> None:
    answer = rest.get(f"/api/v1/nodes/{HOST}/metrics")
    check(METRICS, answer)
    assert answer.json["end"] - answer.json["start"] == 900


def test_metrics_of_a_process_group(rest: Rest) -> None:
    graph = Graph()
    snapshot = shop()
    group = process(cid(0), 'x"} or up{a="')
    graph.take(type(snapshot)(1.0, snapshot.hosts, snapshot.containers, {group.id: group}))
    answer = Rest(graph).get(f"/api/v1/nodes/{group.id}/metrics")
    check(METRICS, answer)
    assert r'process="x\"} or up{a=\""' in answer.json["series"][0]["promql"]


@pytest.mark.parametrize(
    "text", ["", "15", "m", "-5m", "9h", "1s", "15m; drop", "１５m", "99999999m"]
)
def test_ranges_that_are_none(rest: Rest, text: str) -> None:
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/metrics?range={text}")
    check(METRICS, answer)
    assert answer.status_code == 400


def test_prometheus_that_is_away_is_said_to_be(rest: Rest) -> None:
    rest.link.backend.error = Unreachable("no answer from Prometheus at x")
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/metrics")
    check(METRICS, answer)
    assert answer.status_code == 503
