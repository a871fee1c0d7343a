"""One who may see some nodes only finds the others nowhere, whichever way they ask."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from promscope_api.http import pins, relayout
from promscope_api.live.pin_keeper import PinKeeper
from promscope_api.security.principal import Principal
from promscope_api.store.pins import Pins
from promscope_api.store.store import Store
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import HOST
from tests.fleet.teams import ALL, BILLS, OTHER_HOST, POLICY, SECRETS, SHOPPER, STORE, WEB, teams

#: Everything that tells of nodes, and the words that a question itself may hold.
QUESTIONS = [
    "/api/v1/topology",
    *(f"/api/v1/topology/{view}" for view in ("containers", "hosts", "processes", "peers")),
    "/api/v1/topology/containers-by-image",
    "/api/v1/topology/containers-by-project",
    "/api/v1/topology/containers-by-label.team",
    "/api/v1/topology/containers?filter=status:healthy",
    "/api/v1/topology/containers/nodes",
    "/api/v1/topology/processes/nodes",
    "/api/v1/topology/containers/export",
    "/api/v1/topology/containers/export?format=json",
    "/api/v1/topology/hosts/export",
    "/api/v1/topology/containers/frames",
    "/api/v1/topology/containers/pins",
    "/api/v1/search?q=o",
    "/api/v1/search?q=s",
    "/api/v1/query/completions?q=",
    "/api/v1/query/completions?q=name%3A",
    "/api/v1/query/completions?q=host%3A",
    f"/api/v1/nodes/{WEB}",
    f"/api/v1/nodes/{STORE}",
    f"/api/v1/nodes/{HOST}",
    f"/api/v1/nodes/{WEB}/metrics",
]
HIDDEN = [
    f"/api/v1/nodes/{BILLS}",
    f"/api/v1/nodes/{OTHER_HOST}",
    f"/api/v1/nodes/{BILLS}/metrics",
    f"/api/v1/nodes/{HOST}/metrics",
    f"/api/v1/timeline?node={BILLS}",
]


@pytest.fixture
def rest(tmp_path: Any) -> Any:
    rest = Rest(teams(), policy=POLICY)
    with Store.open(tmp_path) as store:
        keeper = PinKeeper(rest.link, Pins(store))
        keeper.put("containers", BILLS, (1.0, 2.0))
        keeper.put("containers", WEB, (3.0, 4.0))
        rest.app.register_blueprint(pins.blueprint(rest.seen, keeper))
        rest.app.register_blueprint(relayout.blueprint(rest.seen))
        yield rest


def as_(rest: Rest, who: Principal) -> Rest:
    rest.who = who
    return rest


@pytest.mark.parametrize("path", QUESTIONS)
def test_nothing_tells_of_what_is_hidden(rest: Rest, path: str) -> None:
    answer = as_(rest, SHOPPER).get(path)
    assert answer.status_code == 200
    body = answer.get_data(as_text=True)
    assert [word for word in SECRETS if word in body] == []


def test_everybody_else_is_told_all_of_it(rest: Rest) -> None:
    told = "".join(as_(rest, ALL).get(path).get_data(as_text=True) for path in QUESTIONS)
    assert [word for word in SECRETS if word not in told] == []


@pytest.mark.parametrize("path", HIDDEN)
def test_what_is_hidden_is_not_there(rest: Rest, path: str) -> None:
    assert as_(rest, SHOPPER).get(path).status_code == 404


def test_events_of_others_are_left_out_of_the_timeline(rest: Rest) -> None:
    now = time.time()
    series = [
        {
            "metric": {"container_id": node.partition(":")[2], "name": name, "event": "die"},
            "values": [[now - 60, "0"], [now, "2"]],
        }
        for node, name in ((WEB, "web"), (BILLS, "bills"))
    ]
    rest.link.backend.body = json.dumps(
        {"status": "success", "data": {"resultType": "matrix", "result": series}}
    ).encode()
    whole = [event["name"] for event in as_(rest, ALL).get("/api/v1/timeline").json["events"]]
    part = [event["name"] for event in as_(rest, SHOPPER).get("/api/v1/timeline").json["events"]]
    assert (sorted(whole), part) == (["bills", "web"], ["web"])


def test_a_metric_is_asked_of_the_containers_that_are_seen(rest: Rest) -> None:
    path = "/api/v1/metrics?name=promscope_container_processes"
    rest.link.backend.instant = {"count(": [{}]}
    asked = as_(rest, SHOPPER).get(path)
    assert asked.status_code == 200
    ids = "|".join(node.partition(":")[2] for node in (WEB, STORE))
    assert f'container_id=~"{ids}"' in asked.json["promql"]
    nobody = Principal("nil", ("watcher",), "session", "n")
    refused = as_(rest, nobody).get(path)
    assert (refused.status_code, "your role shows" in refused.json["detail"]) == (400, True)


def test_what_is_about_everything_is_refused(rest: Rest) -> None:
    metrics = as_(rest, SHOPPER).get("/metrics")
    assert metrics.status_code == 403
    anew = rest.client.post("/api/v1/topology/containers/layout")
    check("/api/v1/topology/{view}/layout", anew, "post")
    assert anew.status_code == 403


def test_pins_of_what_is_hidden_can_be_neither_seen_nor_moved(rest: Rest) -> None:
    as_(rest, SHOPPER)
    listed = rest.get("/api/v1/topology/containers/pins").json["items"]
    assert [pin["node"] for pin in listed] == [WEB]
    path = f"/api/v1/topology/containers/pins/{BILLS}"
    assert rest.client.put(path, json={"x": 1, "y": 2}).status_code == 404
    assert rest.client.delete(path).status_code == 404
    assert rest.client.delete(path.replace(BILLS, WEB)).status_code == 204


def test_who_may_see_nothing_is_told_so(rest: Rest) -> None:
    answer = as_(rest, Principal("nil", (), "session", "n")).get("/api/v1/topology/containers")
    assert (answer.status_code, answer.json["status"]) == (403, 403)
