"""What every scene has: the connections of its nodes, and what differs between two states."""

from __future__ import annotations

from promscope_api.graph.model import Edge
from promscope_api.graph.scene import different, open_connections


def edge(source: str, target: str, connections: float | None) -> Edge:
    return Edge(
        f"{source}>{target}:80/tcp",
        source,
        target,
        80,
        "tcp",
        connections,
        None,
        None,
        None,
        None,
        (),
    )


def test_open_connections_of_both_ends() -> None:
    found = open_connections([edge("a", "b", 2.0), edge("b", "c", None), edge("b", "d", 3.0)])
    assert found == {"a": 2.0, "b": 5.0, "c": None, "d": 3.0}


def test_different_are_those_that_came_went_or_changed() -> None:
    assert different({"a": 1, "b": 2, "c": None}, {"a": 1, "b": 3, "d": None}) == {"b", "c", "d"}
    assert different({}, {}) == set()
