"""Health per part."""

from __future__ import annotations

from typing import Any

import pytest

from promscope_api.graph.graph import Graph
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import shop

PATH = "/api/v1/health"


@pytest.fixture
def rest() -> Rest:
    graph = Graph()
    graph.take(shop())
    return Rest(graph)


def parts(rest: Rest) -> tuple[str, dict[str, Any]]:
    answer = rest.get(PATH)
    check(PATH, answer)
    assert answer.status_code == 200
    return answer.json["status"], {part["name"]: part for part in answer.json["parts"]}


def test_all_is_well(rest: Rest) -> None:
    status, found = parts(rest)
    assert status == "healthy"
    assert set(found) == {"graph", "prometheus", "store"}
    assert all(part["well"] and not part["reason"] for part in found.values())


def test_prometheus_that_does_not_answer_is_named(rest: Rest) -> None:
    rest.link.graph.fail("no answer from Prometheus at http://x")
    status, found = parts(rest)
    assert status == "degraded"
    assert found["prometheus"]["reason"] == "no answer from Prometheus at http://x"
    assert found["graph"]["well"]


def test_graph_that_does_not_run_is_named(rest: Rest) -> None:
    rest.link.up = False
    status, found = parts(rest)
    assert status == "degraded"
    assert "starting" in found["graph"]["reason"]
    assert not found["prometheus"]["well"]
    assert found["store"]["well"]


def test_store_that_fails_is_named(rest: Rest) -> None:
    rest.store_fails = "the store does not answer: disk full"
    status, found = parts(rest)
    assert status == "degraded"
    assert found["store"]["reason"] == "the store does not answer: disk full"
