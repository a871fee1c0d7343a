"""Every error is problem+json."""

from __future__ import annotations

import flask
import pytest

from promscope_api.graph.graph import Graph
from tests.fleet.rest import Rest


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v2/topology", "/a/b/c", "//api/v1/topology"]
)
def test_404(path: str) -> None:
    answer = Rest(Graph()).get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json["status"] == 404
    assert answer.json["type"] == "urn:promscope:problem:not-found"
    assert "openapi" in answer.json["detail"]


def test_405_says_what_is_allowed() -> None:
    answer = Rest(Graph()).client.post("/api/v1/topology", json={})
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_413() -> None:
    rest = Rest(Graph())

    def read() -> flask.Response:
        flask.request.max_content_length = 10
        return flask.Response(flask.request.get_data())

    rest.app.add_url_rule("/read", view_func=read, methods=["POST"])
    answer = rest.client.post("/read", data=b"x" * 100)
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


def test_500_tells_nothing_but_that_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    rest = Rest(Graph())

    def fail() -> flask.Response:
        raise RuntimeError("a secret")

    rest.app.add_url_rule("/fail", view_func=fail)
    answer = rest.get("/fail")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert "secret" not in answer.text
    assert "a secret" in caplog.text
