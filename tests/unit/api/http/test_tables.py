"""Tables over REST."""

from __future__ import annotations

import csv
import io

import pytest

from promscope_api.graph.graph import Graph
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import container, shop, snapshot

NODES = "/api/v1/topology/{view}/nodes"
EXPORT = "/api/v1/topology/{view}/export"
FRAMES = "/api/v1/topology/{view}/frames"


@pytest.fixture
def rest() -> Rest:
    graph = Graph()
    graph.take(shop())
    return Rest(graph)


def test_pages_follow_each_other(rest: Rest) -> None:
    first = rest.get("/api/v1/topology/containers/nodes?limit=5&sort=-cpu")
    check(NODES, first)
    more = rest.client.get(
        "/api/v1/topology/containers/nodes",
        query_string={"limit": 1000, "sort": "-cpu", "cursor": first.json["next"]},
    )
    check(NODES, more)
    assert more.json["next"] is None
    assert len(first.json["items"]) + len(more.json["items"]) == first.json["total"]


def test_tables_take_the_filter(rest: Rest) -> None:
    whole = rest.get("/api/v1/topology/containers/nodes").json["total"]
    part = rest.get("/api/v1/topology/containers/nodes?filter=project:project-1").json
    assert 0 < part["total"] < whole


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 400),
        ("limit=1001", 400),
        ("limit=x", 400),
        ("limit=%D9%A3", 400),
        ("sort=nothing", 400),
        ("cursor=nonsense", 400),
        ("cursor=" + "a" * 3000, 400),
        ("filter=(", 400),
        ("at=never", 400),
    ],
)
def test_what_is_wrong_is_said(rest: Rest, query: str, status: int) -> None:
    answer = rest.get(f"/api/v1/topology/containers/nodes?{query}")
    check(NODES, answer)
    assert answer.status_code == status


def test_no_such_view_in_any_form(rest: Rest) -> None:
    for form in ("nodes", "export", "frames"):
        answer = rest.get(f"/api/v1/topology/nothing/{form}")
        check(f"/api/v1/topology/{{view}}/{form}", answer)
        assert answer.status_code == 404


def test_export_is_a_file_in_either_form(rest: Rest) -> None:
    as_json = rest.get("/api/v1/topology/containers/export?format=json")
    check(EXPORT, as_json)
    as_csv = rest.get("/api/v1/topology/containers/export")
    check(EXPORT, as_csv)
    rows = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert [row["id"] for row in rows] == [row["id"] for row in as_json.json]
    assert as_csv.headers["Content-Disposition"] == 'attachment; filename="containers.csv"'
    wrong = rest.get("/api/v1/topology/containers/export?format=xls")
    check(EXPORT, wrong)
    assert wrong.status_code == 400


def test_h2_an_export_runs_nothing() -> None:
    graph = Graph()
    graph.take(snapshot((), [container(1, name="=cmd|' /C calc'!A0")]))
    text = Rest(graph).get("/api/v1/topology/containers/export").text
    assert "'=cmd" in text
    assert ",=cmd" not in text


def test_frames_are_cached_by_version(rest: Rest) -> None:
    answer = rest.get("/api/v1/topology/containers/frames")
    check(FRAMES, answer)
    again = rest.get("/api/v1/topology/containers/frames", If_None_Match=answer.headers["ETag"])
    check(FRAMES, again)
    assert again.status_code == 304


def test_completions(rest: Rest) -> None:
    path = "/api/v1/query/completions"
    answer = rest.get(f"{path}?q=status:cr")
    check(path, answer)
    assert answer.json["options"][0]["text"] == "critical"
    for wrong in ("cursor=x", "q=" + "a" * 2001):
        refused = rest.get(f"{path}?{wrong}")
        check(path, refused)
        assert refused.status_code == 400
