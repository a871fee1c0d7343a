"""The API's JSON: what is not known is null, and stays in the object."""

from __future__ import annotations

import msgspec

from promscope_api.graph.model import Delta, Full, Metrics, MetricsUpdate, Problem, Topology


def test_unknown_numbers_are_null() -> None:
    assert msgspec.to_builtins(Metrics(cpu=0.0))["cpu"] == 0.0
    assert msgspec.to_builtins(Metrics())["cpu"] is None


def test_socket_messages_name_their_type() -> None:
    tags = [kind.__struct_config__.tag for kind in (Full, Delta, MetricsUpdate)]
    assert tags == ["full", "delta", "metrics"]
    assert set(Full.__struct_fields__) == set(Topology.__struct_fields__)


def test_problem_leaves_out_what_it_has_not() -> None:
    assert msgspec.to_builtins(Problem("t", "x", 404)) == {"type": "t", "title": "x", "status": 404}
