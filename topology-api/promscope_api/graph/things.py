"""A view of things as they are: hosts, containers, processes, peers outside."""

from __future__ import annotations

from collections.abc import Iterable

from promscope_api.graph import nodes
from promscope_api.graph.edges import PUBLIC_PEERS, fold_outside, gather
from promscope_api.graph.model import Edge, Node
from promscope_api.graph.scene import Scene
from promscope_api.graph.snapshot import Link
from promscope_api.graph.touched import Touched
from promscope_api.graph.views import Things, View
from promscope_api.graph.world import World

#: Public peers that the view of outside peers shows one by one.
OUTSIDE_PEERS = 1000


class ThingScene(Scene):
    """`made` keeps nodes for the other views of the same world."""

    def __init__(self, view: View, world: World, made: dict[str, Node] | None = None) -> None:
        super().__init__(world, view.group_by)
        assert isinstance(view.source, Things)
        self._source = view.source
        self._made = {} if made is None else made
        self._connect(self._gathered(world))
        shown = sorted({*self._source.members(world), *self.ends})
        self._set({key: self._node(world, key) for key in shown})
        self._levels.settle(self.groups)

    def mend(self, world: World, things: Iterable[str], *, links: bool) -> Touched:
        """`things` may look different now, and are no longer in `made` as they were; `links`:
        whether links came or went.
        """
        self._levels.world = world
        touched = set(things)
        edges: set[str] = set()
        if links:
            edges, ends = self._connect(self._gathered(world))
            touched |= ends
        members = self._source.members(world)
        changed = self._set(
            {
                key: self._node(world, key) if key in members or key in self.ends else None
                for key in touched
            }
        )
        return Touched.of(changed, edges, self._levels.settle(self.groups))

    def _node(self, world: World, key: str) -> Node:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = nodes.make(world, key)
        return found

    def _gathered(self, world: World) -> dict[str, Edge]:
        source = self._source
        ends: dict[tuple[str, str], str] = {}

        def end(owner: str, command: str) -> str:
            key = (owner, command)
            if key not in ends:
                ends[key] = source.stands_for(world, owner, command)
            return ends[key]

        def placed(link: Link) -> tuple[str, str]:
            return end(link.source, link.source_process), end(link.target, link.target_process)

        links: Iterable[Link] = world.links
        shown = PUBLIC_PEERS
        if source.only_outside:
            links = (o for o in links if not (world.knows(o.source) and world.knows(o.target)))
            shown = OUTSIDE_PEERS
        return gather(fold_outside(links, placed, shown))
