"""Live connections, the inspection and changed files over REST."""

from __future__ import annotations

import pytest

from promscope_api.control.happening import Happening
from promscope_api.graph.graph import Graph
from promscope_wire.files import FileChange
from promscope_wire.frames import (
    Answer,
    ConnectionRecord,
    EdgeState,
    Problem,
    ProcessEvent,
)
from tests.fleet.rest import Rest, check
from tests.fleet.snapshots import cid

ACTIVITY = "/api/v1/nodes/{node}/activity"
CONNECTIONS, INSPECTION = "/api/v1/nodes/{node}/connections", "/api/v1/nodes/{node}/inspection"

CHANGES = "/api/v1/nodes/{node}/changes"


@pytest.fixture
def rest() -> Rest:
    return Rest(Graph())


def test_connections_with_what_is_not_known_absent(rest: Rest) -> None:
    one = ConnectionRecord(
        cid(0), "tcp", "established", "10.0.0.1", 40000, "10.0.0.2", 80, 7, "curl", 5, 100, 0, 0.001
    )
    other = ConnectionRecord(cid(0), "udp", "tracked", "::1", 40001, "fd00::2", 53)
    rest.control.answer = Answer("", connections=(one, other), truncated=True)
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/connections")
    check(CONNECTIONS, answer)
    assert answer.json["truncated"]
    assert answer.json["items"][0]["sent_bytes"] == 5
    assert "sent_bytes" not in answer.json["items"][1]
    assert answer.headers["Cache-Control"] == "no-store"


def test_inspection(rest: Rest) -> None:
    rest.control.answer = Answer("", inspection={"Id": "a", "Config": {"Env": ["A=***"]}})
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/inspection")
    check(INSPECTION, answer)
    assert answer.json == {"Id": "a", "Config": {"Env": ["A=***"]}}


def test_changes(rest: Rest) -> None:
    rest.control.answer = Answer("", changes=(FileChange("/etc/hosts", "added"),), truncated=True)
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/changes")
    check(CHANGES, answer)
    assert answer.json == {"items": [{"path": "/etc/hosts", "kind": "added"}], "truncated": True}


@pytest.mark.parametrize(
    ("kind", "status"),
    [("vetoed", 403), ("not-found", 404), ("engine", 502), ("offline", 503), ("timeout", 504)],
)
@pytest.mark.parametrize("path", [CONNECTIONS, INSPECTION, CHANGES])
def test_what_cannot_be_had_says_why(rest: Rest, path: str, kind: str, status: int) -> None:
    rest.control.answer = Answer("", problem=Problem(kind, "No", "the words of the probe"))
    answer = rest.get(path.format(node=cid(0)))
    check(path, answer)
    assert answer.status_code == status
    assert answer.json["detail"] == "the words of the probe"


def test_before_any_probe_has_connected(rest: Rest) -> None:
    rest.control.answer = RuntimeError("no probe has ever connected")
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/connections")
    check(CONNECTIONS, answer)
    assert answer.status_code == 503


def test_s2_ids_that_are_none_are_not_found(rest: Rest) -> None:
    rest.control.answer = RuntimeError("must not be asked")
    for node in ("container:..%2f..%2fadmin", "nonsense", "container:" + "a" * 2000):
        assert rest.get(f"/api/v1/nodes/{node}/connections").status_code == 404
        assert rest.get(f"/api/v1/nodes/{node}/inspection").status_code == 404


def test_activity(rest: Rest) -> None:
    rest.control.happening = Happening(
        (EdgeState(cid(0), "10.0.0.2", 80, "tcp", True),),
        (ProcessEvent("exec", cid(0), 7, "sh"),),
        3,
    )
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/activity?seconds=0.5")
    check(ACTIVITY, answer)
    assert answer.json["processes"][0]["command"] == "sh"
    assert answer.json["lost"] == 3
    rest.get(f"/api/v1/nodes/{cid(0)}/activity")
    assert rest.control.watched == [(cid(0), 0.5), (cid(0), 5)]


@pytest.mark.parametrize("seconds", ["0", "-1", "10.1", "inf", "nan", "x", ""])
def test_activity_is_watched_for_seconds(rest: Rest, seconds: str) -> None:
    answer = rest.get(f"/api/v1/nodes/{cid(0)}/activity?seconds={seconds}")
    check(ACTIVITY, answer)
    assert answer.status_code == 400
    assert "seconds" in answer.json["detail"]
    assert rest.control.watched == []
