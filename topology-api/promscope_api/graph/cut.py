"""A view without positions, and what is left of it under a filter."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from promscope_api.graph.group import Level, Levels
from promscope_api.graph.model import Edge, Group, Node
from promscope_api.graph.world import World


class Cut(msgspec.Struct, frozen=True):
    """Nodes, edges and groups by id."""

    nodes: dict[str, Node]
    edges: dict[str, Edge]
    groups: dict[str, Group]


def only(cut: Cut, kept: frozenset[str], world: World, levels: tuple[Level, ...]) -> Cut:
    """The nodes that are kept, the edges between them, and the groups that hold them."""
    placed = Levels(world, levels)
    nodes = {node_id: node for node_id, node in cut.nodes.items() if node_id in kept}
    for node in nodes.values():
        placed.place(node.id, node.status)
    edges = {
        edge_id: edge
        for edge_id, edge in cut.edges.items()
        if edge.source in kept and edge.target in kept
    }
    return Cut(nodes, edges, placed.groups())


def with_connections(nodes: dict[str, Node], edges: dict[str, Edge]) -> dict[str, Node]:
    """The nodes with the number of their open connections, both directions; 0 for one that is
    measured and has none."""
    counted = _connections(edges.values())
    found = {}
    for node_id, node in nodes.items():
        count = counted.get(node_id)
        if count is None and node.metrics.cpu is not None:
            count = 0.0
        if count != node.metrics.connections:
            node = msgspec.structs.replace(  # noqa: PLW2901
                node, metrics=msgspec.structs.replace(node.metrics, connections=count)
            )
        found[node_id] = node
    return found


def _connections(edges: Iterable[Edge]) -> dict[str, float]:
    found: dict[str, float] = {}
    for edge in edges:
        if edge.connections is not None:
            for node in (edge.source, edge.target):
                found[node] = found.get(node, 0.0) + edge.connections
    return found
