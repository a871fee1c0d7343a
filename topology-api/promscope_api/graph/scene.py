"""A cut that is put together once, and mended where something changed.

What is mended is equal to what would be put together anew, so whoever mends names everything that
may look different, and nothing else is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from promscope_api.graph.cut import Cut
from promscope_api.graph.group import Level, Levels
from promscope_api.graph.model import Edge, Group, Node
from promscope_api.graph.world import World

_NOWHERE_ELSE: Mapping[str, str] = MappingProxyType({})


class Scene:
    """`ends`: the nodes that edges end at, with their open connections (None: not measured)."""

    def __init__(self, world: World, levels: tuple[Level, ...]) -> None:
        self._levels = Levels(world, levels)
        self.nodes: dict[str, Node] = {}
        self.edges: dict[str, Edge] = {}
        self.groups: dict[str, Group] = {}
        self.ends: Mapping[str, float | None] = {}

    @property
    def cut(self) -> Cut:
        return Cut(self.nodes, self.edges, self.groups)

    def _set(
        self, fresh: Mapping[str, Node | None], at: Mapping[str, str] = _NOWHERE_ELSE
    ) -> set[str]:
        """Put nodes in the place of what they were, nothing for None; the ids of those that look
        different now. `at`: the ids of things whose groups they are in, where it is not their own.
        """
        before: dict[str, Node] = {}
        for key in fresh:
            old = self.nodes.pop(key, None)
            if old is not None:
                self._levels.lift(old.group, old.status)
                before[key] = old
        changed = set()
        for key, node in fresh.items():
            old = before.get(key)
            new = None
            if node is not None:
                new = self._finished(node, self._levels.place(at.get(key, key), node.status))
                self.nodes[key] = old if old is not None and old == new else new
            if old != new:
                changed.add(key)
        return changed

    def _finished(self, node: Node, group: str | None) -> Node:
        """With its group and the number of its open connections, both directions; 0 for one that
        is measured and has none.
        """
        count = self.ends.get(node.id)
        if count is None and node.metrics.cpu is not None:
            count = 0.0
        metrics = node.metrics
        if count != metrics.connections:
            metrics = msgspec.structs.replace(metrics, connections=count)
        return msgspec.structs.replace(node, group=group, metrics=metrics)

    def _connect(self, edges: dict[str, Edge]) -> tuple[set[str], set[str]]:
        """Take these edges; the ids of those that are other than before, and of the nodes whose
        connections are.
        """
        ends = open_connections(edges.values())
        changed = different(self.edges, edges), different(self.ends, ends)
        self.edges, self.ends = edges, ends
        return changed


def open_connections(edges: Iterable[Edge]) -> dict[str, float | None]:
    """Of every node that an edge ends at."""
    found: dict[str, float | None] = {}
    for edge in edges:
        number = edge.connections
        for node in (edge.source, edge.target):
            known = found.get(node)
            if number is None:
                found[node] = known
            else:
                found[node] = number if known is None else known + number
    return found


_MISSING = object()


def different(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    """The keys whose items differ, or that only one of the two has."""
    found = {key for key, item in after.items() if before.get(key, _MISSING) != item}
    found.update(before.keys() - after.keys())
    return found
