from __future__ import annotations

from promscope_api.http.node_operations import NODE_OPERATIONS
from promscope_api.http.parameters import NODE


def test_whatever_is_of_one_node_takes_its_id() -> None:
    for one in NODE_OPERATIONS:
        assert (NODE in one.parameters) == ("{node}" in one.path), one.id


def test_whatever_only_a_probe_knows_or_does_needs_more_than_watching() -> None:
    for one in NODE_OPERATIONS:
        assert (503 in one.errors) or (one.permission == "view"), one.id


def test_whatever_is_done_to_a_node_is_recorded() -> None:
    assert all(one.audit for one in NODE_OPERATIONS if one.method != "get")
