"""The route of the actions; what they do is tested with `control.dispatch`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.probe import NODE
from tests.trust.web import Web

STOP = f"/api/v1/nodes/{NODE}/actions/stop"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path, local_viewer=True) as web:
        yield web


def test_the_local_viewer_is_told_to_sign_in(web: Web) -> None:
    reply = web.ask("POST", STOP, {}, origin=web.url)
    assert reply.status == 403
    assert "sign in first" in reply.json["detail"]
    assert reply.json["operation_id"]
    (record,) = web.records()
    assert (record["event.action"], record["promscope.operation.phase"]) == (
        "container-stop",
        "denied",
    )
    assert record["user.name"] == "anonymous"


@pytest.mark.parametrize(
    "body",
    [
        {"timeout_seconds": -1},
        {"timeout_seconds": 601},
        {"timeout_seconds": "3"},
        {"force": 1},
        {"signals": "KILL"},
        {"signal": 9},
        {"name": "x" * 129},
        [],
    ],
)
def test_a_body_of_another_shape_is_refused_before_anything(web: Web, body: object) -> None:
    reply = web.ask("POST", STOP, body, **web.sign_in())
    assert reply.status == 400
    assert [one for one in web.records() if one["event.action"] == "container-stop"] == []


def test_an_empty_body_is_a_wish_without_parameters(web: Web) -> None:
    reply = web.ask("POST", STOP, raw=b"", content_type="application/json", **web.sign_in())
    assert reply.status == 404
    assert reply.json["title"] == "Unknown id"


@pytest.mark.parametrize("path", ["/api/v1/nodes/a/b/actions/stop", "/api/v1/nodes//actions/stop"])
def test_a_path_in_place_of_an_id_is_no_route(web: Web, path: str) -> None:
    assert web.ask("POST", path, {}, **web.sign_in()).status in (404, 308)
