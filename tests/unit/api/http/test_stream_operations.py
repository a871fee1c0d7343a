"""The declared routes of streams."""

from __future__ import annotations

from promscope_api.http.stream_operations import STREAM_OPERATIONS
from promscope_api.live.logs import _PARAMETERS


def test_every_parameter_of_a_log_is_declared() -> None:
    [logs] = [one for one in STREAM_OPERATIONS if one.id == "nodeLogs"]
    assert {one.name for one in logs.parameters if one.place == "query"} == _PARAMETERS


def test_every_stream_has_a_permission_of_its_own_and_a_record() -> None:
    for one in STREAM_OPERATIONS:
        kind = one.path.split("/")[5]
        assert (one.permission, one.audit) == (kind, f"container-{kind}")
