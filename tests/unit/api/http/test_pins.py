"""Pins over HTTP: who may put them, and what of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest

from promscope_api.graph.graph import Graph
from promscope_api.http import pins as routes
from promscope_api.live.pin_keeper import PinKeeper
from promscope_api.security.principal import Principal
from promscope_api.store import pins as module
from promscope_api.store.pins import Pins
from promscope_api.store.store import Store
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import HOST, shop

PATH = "/api/v1/topology/{view}/pins"
ONE = f"{PATH}/{{node}}"
HOSTS = "/api/v1/topology/hosts/pins"


@pytest.fixture
def rest(tmp_path: Path) -> Iterator[Rest]:
    graph = Graph()
    graph.take(shop(projects=1, services=2, replicas=1, plain=1))
    rest = Rest(graph)
    with Store.open(tmp_path) as store:
        keeper = PinKeeper(rest.link, Pins(store))
        rest.app.register_blueprint(routes.blueprint(rest.seen, keeper))

        @rest.app.before_request
        def signed_in() -> None:
            if "x-user" in flask.request.headers:
                name = flask.request.headers["x-user"]
                flask.g.promscope_principal = Principal(name, ("viewer",), "session", "s")

        yield rest


def ask(rest: Rest, method: str, path: str, body: Any = None, user: str = "ada") -> Any:
    headers = {"x-user": user} if user else {}
    return rest.client.open(path, method=method, json=body, headers=headers)


def test_a_pin_is_put_listed_moved_and_taken_away(rest: Rest) -> None:
    one = f"{HOSTS}/{HOST}"
    for x in (5.0, 7.5):
        put = ask(rest, "PUT", one, {"x": x, "y": -6})
        check(ONE, put, "put")
        assert put.json == {"node": HOST, "x": x, "y": -6.0}
    listed = ask(rest, "GET", HOSTS)
    check(PATH, listed)
    assert listed.json == {"items": [{"node": HOST, "x": 7.5, "y": -6.0}]}
    assert ask(rest, "GET", "/api/v1/topology/containers/pins").json == {"items": []}
    assert ask(rest, "DELETE", one).status_code == 204
    again = ask(rest, "DELETE", one)
    check(ONE, again, "delete")
    assert again.status_code == 404


def test_only_who_signed_in_moves_the_map(rest: Rest) -> None:
    for method, body in (("PUT", {"x": 1, "y": 2}), ("DELETE", None)):
        refused = ask(rest, method, f"{HOSTS}/{HOST}", body, user="")
        assert (refused.status_code, "Sign in" in refused.json["detail"]) == (403, True)


def test_only_nodes_of_the_view_are_pinned(rest: Rest) -> None:
    unknown = ask(rest, "PUT", f"{HOSTS}/container:0123456789ab", {"x": 1, "y": 2})
    check(ONE, unknown, "put")
    assert unknown.status_code == 404
    nowhere = ask(rest, "PUT", f"/api/v1/topology/nowhere/pins/{HOST}", {"x": 1, "y": 2})
    assert nowhere.status_code == 404
    assert ask(rest, "GET", "/api/v1/topology/nowhere/pins").status_code == 404


@pytest.mark.parametrize(
    "body", [{"x": 1}, {"x": "1", "y": 2}, {"x": 1e300, "y": 2}, {"x": 1, "y": 2, "z": 3}, []]
)
def test_a_body_that_is_no_place_is_refused(rest: Rest, body: Any) -> None:
    refused = ask(rest, "PUT", f"{HOSTS}/{HOST}", body)
    check(ONE, refused, "put")
    assert refused.status_code == 400


def test_a_full_view_says_so(rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PER_VIEW", 0)
    refused = ask(rest, "PUT", f"{HOSTS}/{HOST}", {"x": 1, "y": 2})
    check(ONE, refused, "put")
    assert refused.status_code == 409
