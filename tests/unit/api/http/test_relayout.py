"""Laying a view out anew over HTTP: who may, and of what."""

from __future__ import annotations

import flask
import pytest

from promscope_api.graph.graph import Graph
from promscope_api.http import relayout as routes
from promscope_api.security.principal import Principal
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import HOST, shop

PATH = "/api/v1/topology/{view}/layout"
HOSTS = "/api/v1/topology/hosts/layout"


@pytest.fixture
def rest() -> Rest:
    graph = Graph()
    graph.take(shop(projects=1, services=2, replicas=1, plain=1))
    rest = Rest(graph)
    rest.app.register_blueprint(routes.blueprint(rest.seen))

    @rest.app.before_request
    def signed_in() -> None:
        if "x-user" in flask.request.headers:
            flask.g.promscope_principal = Principal("ada", ("viewer",), "session", "s")

    return rest


def test_whoever_is_signed_in_lays_a_view_out_anew(rest: Rest) -> None:
    graph = rest.link.desk._graph
    graph.view("hosts")
    graph.layout("hosts").drain()
    done = rest.client.post(HOSTS, headers={"x-user": "ada"})
    check(PATH, done, "post")
    assert done.status_code == 204
    graph.view("hosts")
    assert HOST in graph.layout("hosts").drain()[0]


def test_a_visitor_does_not_move_the_map(rest: Rest) -> None:
    refused = rest.client.post(HOSTS)
    check(PATH, refused, "post")
    assert refused.status_code == 403
    assert "Sign in" in refused.json["detail"]


def test_a_view_that_is_not_there(rest: Rest) -> None:
    missing = rest.client.post("/api/v1/topology/nowhere/layout", headers={"x-user": "ada"})
    check(PATH, missing, "post")
    assert missing.status_code == 404
