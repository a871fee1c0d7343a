"""What a filter leaves of a view of things."""

from __future__ import annotations

from collections.abc import Iterable, Set

from promscope_api.graph.cut import Cut
from promscope_api.graph.group import Level
from promscope_api.graph.model import Edge, Node
from promscope_api.graph.scene import Scene
from promscope_api.graph.touched import Touched
from promscope_api.graph.world import World


class PartScene(Scene):
    """The nodes that are kept, the edges between them, and the groups that hold them."""

    def __init__(self, whole: Cut, kept: Set[str], world: World, levels: tuple[Level, ...]) -> None:
        super().__init__(world, levels)
        self._set({key: node for key, node in whole.nodes.items() if key in kept})
        self._edges(whole, whole.edges)
        self._levels.settle(self.groups)

    def mend(self, whole: Cut, world: World, touched: Touched, kept: Set[str]) -> Touched:
        """`touched`: of the whole view, and nodes that the filter may decide otherwise about;
        `kept`: those of them that it keeps.
        """
        self._levels.world = world
        before = touched.nodes & self.nodes.keys()
        fresh = {key: whole.nodes.get(key) if key in kept else None for key in touched.nodes}
        changed = self._set(fresh)
        other = before ^ (touched.nodes & self.nodes.keys())
        edges: Set[str] = touched.edges
        if other:
            edges = edges | {
                edge.id
                for edge in whole.edges.values()
                if edge.source in other or edge.target in other
            }
        return Touched.of(changed, self._edges(whole, edges), self._levels.settle(self.groups))

    def _finished(self, node: Node, group: str | None) -> Node:  # noqa: ARG002
        """As the whole view shows it."""
        return node

    def _edges(self, whole: Cut, keys: Iterable[str]) -> set[str]:
        """Take these edges as they are in the whole view; the ids of those that changed."""
        changed = set()
        for key in keys:
            before = self.edges.get(key)
            after: Edge | None = whole.edges.get(key)
            if after and not (after.source in self.nodes and after.target in self.nodes):
                after = None
            if before == after:
                continue
            changed.add(key)
            if after is None:
                del self.edges[key]
            else:
                self.edges[key] = after
        return changed
