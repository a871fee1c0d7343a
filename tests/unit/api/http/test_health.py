"""Health, readiness and the API's own metrics."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from promscope_api.graph.graph import Graph
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import shop


def test_healthy_without_a_graph() -> None:
    rest = Rest(Graph())
    rest.link.up = False
    answer = rest.get("/-/healthy")
    check("/-/healthy", answer)
    assert answer.status_code == 200


def test_ready_once_the_map_was_built() -> None:
    graph = Graph()
    rest = Rest(graph)
    answer = rest.get("/-/ready")
    check("/-/ready", answer)
    assert answer.status_code == 503
    graph.take(shop())
    assert rest.get("/-/ready").status_code == 200
    graph.fail("Prometheus is away")
    answer = rest.get("/-/ready")
    assert answer.status_code == 200
    assert "Prometheus is away" in answer.text


def test_ready_with_the_reason_when_prometheus_never_answered() -> None:
    graph = Graph()
    graph.fail("no answer from Prometheus at http://x")
    answer = Rest(graph).get("/-/ready")
    assert answer.status_code == 200
    assert "no answer from Prometheus" in answer.text


def test_not_ready_while_the_graph_process_is_away() -> None:
    rest = Rest(Graph())
    rest.link.up = False
    answer = rest.get("/-/ready")
    check("/-/ready", answer)
    assert (answer.status_code, "starting" in answer.text) == (503, True)


def test_metrics_of_both_processes() -> None:
    rest = Rest(Graph())
    answer = rest.get("/metrics")
    check("/metrics", answer)
    names = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"promscope_api_tunnels", "promscope_api_backend_up"} <= names


def test_metrics_go_on_without_the_graph() -> None:
    rest = Rest(Graph())
    rest.link.up = False
    text = rest.get("/metrics").text
    assert "promscope_api_graph_up" in text
    assert "promscope_api_backend_up" not in text
