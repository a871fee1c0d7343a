"""The views over REST: forwarded bytes, ETag, gzip."""

from __future__ import annotations

import gzip
import json

import pytest

from promscope_api.graph.graph import Graph
from promscope_api.graph.views import VIEWS
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import shop


@pytest.fixture
def rest() -> Rest:
    graph = Graph()
    graph.take(shop())
    return Rest(graph)


def test_overview(rest: Rest) -> None:
    answer = rest.get("/api/v1/topology")
    check("/api/v1/topology", answer)
    assert [view["id"] for view in answer.json["views"]] == list(VIEWS)


@pytest.mark.parametrize("view", list(VIEWS))
def test_view(rest: Rest, view: str) -> None:
    answer = rest.get(f"/api/v1/topology/{view}")
    check("/api/v1/topology/{view}", answer)
    assert answer.json["view"] == view
    for edge in answer.json["edges"]:
        name = f"{edge['source']}>{edge['target']}:{edge['port']}/{edge['protocol']}"
        assert edge["id"] == name
    known = {node["id"] for node in answer.json["nodes"]}
    assert {edge[end] for edge in answer.json["edges"] for end in ("source", "target")} <= known
    groups = {group["id"] for group in answer.json["groups"]}
    assert {node["group"] for node in answer.json["nodes"]} <= groups | {None}


def test_before_the_first_build(rest: Rest) -> None:
    empty = Rest(Graph())
    for view in VIEWS:
        answer = empty.get(f"/api/v1/topology/{view}")
        check("/api/v1/topology/{view}", answer)
        assert answer.json["taken_at"] is None
        assert answer.json["stale_reason"]
    check("/api/v1/topology", empty.get("/api/v1/topology"))


def test_same_version_is_not_sent_again(rest: Rest) -> None:
    path = "/api/v1/topology/containers"
    first = rest.get(path)
    again = rest.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    check("/api/v1/topology/{view}", again)
    rest.link.graph.fail("away")
    assert rest.get(path, If_None_Match=first.headers["ETag"]).status_code == 200


def test_gzip_only_where_it_is_accepted(rest: Rest) -> None:
    path = "/api/v1/topology/containers"
    plain, small = rest.get(path), rest.get(path, Accept_Encoding="br, gzip")
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(small.data)) == plain.json
    assert plain.headers["ETag"] != small.headers["ETag"]
    assert small.headers["Vary"] == "Accept-Encoding"
    refused = rest.get(path, Accept_Encoding="gzip;q=0")
    assert "Content-Encoding" not in refused.headers


def test_unknown_view(rest: Rest) -> None:
    answer = rest.get("/api/v1/topology/pods")
    check("/api/v1/topology/{view}", answer)
    assert answer.status_code == 404
    assert "containers" in answer.json["detail"]


def test_no_graph_process(rest: Rest) -> None:
    rest.link.up = False
    answer = rest.get("/api/v1/topology")
    check("/api/v1/topology", answer)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
