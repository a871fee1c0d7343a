"""Search over REST."""

from __future__ import annotations

import pytest

from promscope_api.graph.graph import Graph
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import shop


@pytest.fixture
def rest() -> Rest:
    graph = Graph()
    graph.take(shop())
    return Rest(graph)


def test_search(rest: Rest) -> None:
    answer = rest.get("/api/v1/search?q=project-1")
    check("/api/v1/search", answer)
    assert answer.json["total"] == len(answer.json["hits"]) > 3
    assert answer.json["hits"][0]["matched"] == {"field": "project", "value": "project-1"}


def test_nothing_asked(rest: Rest) -> None:
    answer = rest.get("/api/v1/search")
    check("/api/v1/search", answer)
    assert answer.json["total"] == 0


@pytest.mark.parametrize("text", ['x"} or up{a="', "(.*)*", "{__name__}", "%00", "%ff", "☃"])
def test_p1_any_text_is_only_text(rest: Rest, text: str) -> None:
    answer = rest.client.get("/api/v1/search", query_string={"q": text})
    check("/api/v1/search", answer)
    assert answer.status_code == 200
    assert rest.link.backend.asked == []


def test_a_query_that_is_none_is_answered_with_the_column(rest: Rest) -> None:
    answer = rest.client.get("/api/v1/search", query_string={"q": "web AND (image ~ x"})
    check("/api/v1/search", answer)
    assert (answer.status_code, answer.json["column"]) == (400, 9)
    assert "never closed" in answer.json["detail"]


def test_p1_endless_text_is_refused(rest: Rest) -> None:
    answer = rest.client.get("/api/v1/search", query_string={"q": "a" * 100_000})
    check("/api/v1/search", answer)
    assert answer.status_code == 400
