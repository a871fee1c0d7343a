"""The past over REST: every view at a moment, differences, the timeline."""

from __future__ import annotations

import msgspec
import pytest

from promscope_api.graph.details import NOT_RECORDED
from promscope_api.graph.graph import Graph
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import HOST_ID, cid, hello, inventory, record, shop

PLACE = {"job": "promscope", "instance": "box:10180"}
HOST_INFO = {**PLACE, "host_id": HOST_ID, "hostname": "box"}
OLD = f"{77:012x}"


@pytest.fixture
def rest() -> Rest:
    """Now it is the shop; at every moment of the past there was one container, OLD."""
    graph = Graph()
    graph.take(shop())
    graph.overlay.connected(hello())
    graph.overlay.inventory(HOST_ID, inventory(1, *(record(n) for n in range(5))))
    made = Rest(graph)
    made.link.backend.instant = {
        "up and on": [PLACE],
        "last_over_time(promscope_host_info": [HOST_INFO],
        "promscope_host_info": [HOST_INFO],
        "promscope_inventory_sequence": [{**PLACE, "epoch": "e"}],
        "promscope_container_info": [{**PLACE, "container_id": OLD, "name": "old"}],
        "promscope_container_state": [{"container_id": OLD, "state": "running"}],
    }
    return made


def test_every_view_as_it_was(rest: Rest) -> None:
    then = rest.get("/api/v1/topology/containers?at=1000000")
    check("/api/v1/topology/{view}", then)
    assert [node["label"] for node in then.json["nodes"]] == ["old"]
    assert (1_000_000 // 15 * 15) in {at for _, at, *_ in rest.link.backend.asked}
    overview = rest.get("/api/v1/topology?at=1000000")
    check("/api/v1/topology", overview)
    assert overview.json["summary"]["nodes"] == 1
    hits = rest.get("/api/v1/search?q=old&at=1000000").json["hits"]
    assert [hit["label"] for hit in hits] == ["old"]
    assert rest.get("/api/v1/search?q=old").json["hits"] == []


def test_bytes_of_a_past_moment_have_an_etag_of_their_own(rest: Rest) -> None:
    now = rest.get("/api/v1/topology/hosts").headers["ETag"]
    then = rest.get("/api/v1/topology/hosts?at=1000000").headers["ETag"]
    assert now != then
    again = rest.get("/api/v1/topology/hosts?at=1000000", If_None_Match=then)
    assert again.status_code == 304


def test_details_that_prometheus_does_not_hold_are_not_recorded(rest: Rest) -> None:
    answer = rest.get(f"/api/v1/nodes/container:{OLD}?at=1000000")
    check("/api/v1/nodes/{node}", answer)
    reasons = {item["field"]: item["reason"] for item in answer.json["not_measured"]}
    assert reasons["record"] == reasons["live processes"] == NOT_RECORDED
    assert (answer.json["record"], answer.json["actions"]) == (None, [])
    assert rest.get(f"/api/v1/nodes/container:{OLD}").status_code == 404


def test_numbers_end_at_the_moment(rest: Rest) -> None:
    answer = rest.get(f"/api/v1/nodes/container:{OLD}/metrics?range=5m&at=1000000")
    check("/api/v1/nodes/{node}/metrics", answer)
    assert (answer.json["start"], answer.json["end"]) == (999_690.0, 999_990.0)


def test_beyond_retention_and_in_the_future(rest: Rest) -> None:
    rest.link.backend.instant = {}
    gone = rest.get("/api/v1/topology/hosts?at=1000000")
    check("/api/v1/topology/{view}", gone)
    assert (gone.status_code, gone.json["title"]) == (404, "Not remembered")
    assert "retention" in gone.json["detail"]
    future = rest.get("/api/v1/topology/hosts?at=99999999999")
    assert (future.status_code, future.json["title"]) == (400, "No such moment")
    assert rest.get("/api/v1/topology/hosts?at=noon").status_code == 400


def test_difference_of_then_and_now(rest: Rest) -> None:
    answer = rest.get("/api/v1/topology/diff?from=1000000&by=containers")
    check("/api/v1/topology/diff", answer)
    (containers,) = answer.json["kinds"]
    assert [thing["id"] for thing in containers["removed"]] == [f"container:{OLD}"]
    assert cid(0) in {thing["id"] for thing in containers["added"]}
    same = rest.get("/api/v1/topology/diff?from=1000000&to=1000001")
    assert [kind["kind"] for kind in same.json["kinds"]] == ["services", "images"]
    assert all(set(kind["totals"].values()) == {0} for kind in same.json["kinds"])


@pytest.mark.parametrize("query", ["", "from=noon", "from=1000000&by=moods"])
def test_difference_of_what(rest: Rest, query: str) -> None:
    answer = rest.get(f"/api/v1/topology/diff?{query}")
    check("/api/v1/topology/diff", answer)
    assert answer.status_code == 400


def test_timeline(rest: Rest) -> None:
    labels = {"container_id": OLD, "name": "old", "event": "start"}
    line = {"metric": labels, "values": [[999_900, "0"], [999_960, "1"]]}
    rest.link.backend.body = msgspec.json.encode({"status": "success", "data": {"result": [line]}})
    answer = rest.get(f"/api/v1/timeline?node=container:{OLD}&range=5m&at=1000000")
    check("/api/v1/timeline", answer)
    assert [event["event"] for event in answer.json["events"]] == ["start"]
    check("/api/v1/timeline", rest.get("/api/v1/timeline"))
    assert rest.get("/api/v1/timeline?node=nonsense").status_code == 404
    assert rest.get("/api/v1/timeline?range=1s").status_code == 400
    assert rest.get(f"/api/v1/timeline?node={cid(999)}").status_code == 404
