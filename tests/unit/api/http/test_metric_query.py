"""`GET /api/v1/metrics` over a made-up backend."""

from __future__ import annotations

import pytest

from promscope_api.graph.graph import Graph
from tests.fleet.rest import Rest, check

PATH = "/api/v1/metrics"


@pytest.fixture
def rest() -> Rest:
    return Rest(Graph())


def test_a_metric_over_a_range(rest: Rest) -> None:
    answer = rest.get(
        f"{PATH}?name=promscope_container_cpu_seconds_total&match=name=web&match=name=db"
        "&by=name&from=1000000&to=1000600&step=60s&function=max"
    )
    check(PATH, answer)
    assert answer.status_code == 200
    assert answer.json["step"] == 60
    assert 'name=~"web|db"' in answer.json["promql"]
    assert answer.json["series"][0]["points"] == [[1_000_000.0, 1.5]]


@pytest.mark.parametrize(
    "query",
    [
        "", "name=up", "name=promscope_x&match=a", "name=promscope_x&step=0",
        "name=promscope_x&step=9999999999", "name=promscope_x&step=%C2%B2",
        "name=promscope_x&function=topk",
        "name=promscope_x&from=noon", "name=promscope_x&from=2000&to=1000",
        "name=promscope_x&by=a,,b", "name=promscope_x&from=0&to=86400&step=15",
    ],
)  # fmt: skip
def test_what_cannot_be_asked(rest: Rest, query: str) -> None:
    answer = rest.get(f"{PATH}?{query}")
    check(PATH, answer)
    assert answer.status_code == 400
    assert answer.json["detail"]
    assert not rest.link.backend.asked
