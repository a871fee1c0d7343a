"""What changed between two states of a view: structure and numbers apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from promscope_api.graph.model import (
    Delta,
    Edge,
    EdgeChanges,
    EdgeMetrics,
    Group,
    GroupChanges,
    Metrics,
    MetricsUpdate,
    Node,
    NodeChanges,
    Topology,
)

_NO_METRICS = Metrics()
Item = TypeVar("Item", Node, Edge, Group)


def structure(base: Topology, now: Topology) -> Delta | None:
    """What came, went, or changed in anything but numbers; None if nothing did."""
    nodes = NodeChanges(*_changes(base.nodes, now.nodes, _same_node))
    edges = EdgeChanges(*_changes(base.edges, now.edges, _same_edge))
    groups = GroupChanges(*_changes(base.groups, now.groups, lambda a, b: a == b))
    untouched = not any(c.upsert or c.remove for c in (nodes, edges, groups))
    freshness = (base.stale_since, base.stale_reason) == (now.stale_since, now.stale_reason)
    if untouched and freshness:
        return None
    return Delta(
        now.view, now.version, base.version, now.taken_at, now.stale_since, now.stale_reason,
        nodes, edges, groups,
    )  # fmt: skip


def metrics(base: Topology, now: Topology) -> MetricsUpdate | None:
    """The numbers of nodes and edges that are in both and differ; None if none do."""
    before = {node.id: node for node in base.nodes}
    nodes = {
        node.id: node.metrics
        for node in now.nodes
        if node.id in before and before[node.id].metrics != node.metrics
    }
    earlier = {edge.id: edge for edge in base.edges}
    edges = {
        edge.id: EdgeMetrics(
            edge.connections,
            edge.bytes_per_second,
            edge.connects_per_second,
            edge.failed_per_second,
        )
        for edge in now.edges
        if edge.id in earlier and not _same_numbers(earlier[edge.id], edge)
    }
    if not nodes and not edges and base.taken_at == now.taken_at:
        return None
    return MetricsUpdate(now.view, now.version, base.version, now.taken_at, nodes, edges)


def _changes(
    base: list[Item], now: list[Item], same: Callable[[Item, Item], bool]
) -> tuple[list[Item], list[str]]:
    before = {item.id: item for item in base}
    upsert = [item for item in now if item.id not in before or not same(before[item.id], item)]
    after = {item.id for item in now}
    return upsert, [key for key in before if key not in after]


def _same_node(a: Node, b: Node) -> bool:
    if a.metrics != b.metrics:
        a = msgspec.structs.replace(a, metrics=_NO_METRICS)
        b = msgspec.structs.replace(b, metrics=_NO_METRICS)
    return a == b


def _same_edge(a: Edge, b: Edge) -> bool:
    # Source, target, port and protocol are the id.
    return a.service == b.service and a.processes == b.processes


def _same_numbers(a: Edge, b: Edge) -> bool:
    return (
        a.connections == b.connections
        and a.bytes_per_second == b.bytes_per_second
        and a.connects_per_second == b.connects_per_second
        and a.failed_per_second == b.failed_per_second
    )
