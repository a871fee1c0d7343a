"""Request ids."""

from __future__ import annotations

import json
import logging
import re

import pytest

from promscope_api.graph.channel import Reply
from promscope_api.graph.graph import Graph
from promscope_wire.log import JsonFormatter, request
from tests.fleet.rest import Rest


def test_each_request_has_an_id_of_its_own() -> None:
    rest = Rest(Graph())
    first, second = (rest.get("/-/healthy").headers["X-Request-Id"] for _ in range(2))
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second


def test_the_caller_s_id_is_kept() -> None:
    answer = Rest(Graph()).get("/api/v1/nowhere", X_Request_Id="abc-123._X")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] == "abc-123._X"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "é", 'a"b', "a;b"])
def test_an_id_that_is_no_word_is_replaced(given: str) -> None:
    answer = Rest(Graph()).get("/-/healthy", X_Request_Id=given)
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])


def test_an_internal_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = Rest(Graph())

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(rest.link, "ask_blocking", fail)
    answer = rest.get("/api/v1/topology", X_Request_Id="mine")
    assert answer.status_code == 500
    assert "mine" in answer.json["detail"]


def test_whatever_is_logged_meanwhile_names_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rest = Rest(Graph())
    caplog.handler.setFormatter(JsonFormatter())

    def fail(*_: object, **__: object) -> None:
        logging.getLogger("deep.inside").warning("odd")
        raise RuntimeError("broken")

    monkeypatch.setattr(rest.link, "ask_blocking", fail)
    rest.get("/api/v1/topology", X_Request_Id="mine")
    logging.getLogger("deep.inside").warning("afterwards")
    *within, after = map(json.loads, caplog.text.splitlines())
    assert {line["logger"] for line in within} == {"deep.inside", "promscope_api.http.problem"}
    assert {line["request_id"] for line in within} == {"mine"}
    assert "request_id" not in after


def test_the_graph_is_told_which_request_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = Rest(Graph())
    asked: list[str] = []

    async def ask(_what: str, **_: object) -> Reply:
        asked.append(request.get())
        return Reply(1, 200, b"{}")

    monkeypatch.setattr(rest.link, "ask", ask)
    rest.get("/api/v1/topology", X_Request_Id="mine")
    assert asked == ["mine"]
