"""A view of things as they are: hosts, containers, processes, peers outside."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from promscope_api.graph import nodes
from promscope_api.graph.edges import (
    PUBLIC_PEERS,
    Between,
    Placed,
    bundle,
    edge_id,
    edge_of,
    fold_outside,
)
from promscope_api.graph.model import Edge, Node
from promscope_api.graph.scene import Scene
from promscope_api.graph.snapshot import Link
from promscope_api.graph.touched import Touched
from promscope_api.graph.views import Things, View
from promscope_api.graph.world import World
from promscope_wire.ids import INTERNET

#: Public peers that the view of outside peers shows one by one.
OUTSIDE_PEERS = 1000


class ThingScene(Scene):
    """`made` keeps nodes for the other views of the same world."""

    def __init__(self, view: View, world: World, made: dict[str, Node] | None = None) -> None:
        super().__init__(world, view.group_by)
        assert isinstance(view.source, Things)
        self._source = view.source
        self._made = {} if made is None else made
        self._ends: dict[tuple[str, str], str] = {}
        self._bundles = bundle(self._placed(world, world.links))
        self._connect(self._edges())
        shown = sorted({*self._source.members(world), *self.ends})
        self._set({key: self._node(world, key) for key in shown})
        self._levels.settle(self.groups)

    def mend(self, world: World, things: Iterable[str], links: Collection[Link] = ()) -> Touched:
        """`things` may look different now, and are no longer in `made` as they were; `links`: all
        that end at those of them that came, went or moved, whether they are on the map or not.
        """
        self._levels.world = world
        touched = set(things)
        edges: set[str] = set()
        if links:
            edges, ends = self._connect(self._regathered(world, touched, links))
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

    def _edges(self) -> dict[str, Edge]:
        edges = (edge_of(*one) for one in self._bundles.items())
        return {edge.id: edge for edge in edges}

    def _regathered(
        self, world: World, things: Collection[str], links: Collection[Link]
    ) -> dict[str, Edge]:
        """The edges, of which only those that these links are part of are made anew."""
        were = {between for link in links if (between := self._between(link)) is not None}
        for owner, command in self._ends:
            if owner in things:
                self._ends[owner, command] = self._source.stands_for(world, owner, command)
        there = [one for one in links if world.shows(one)]
        if self._may_fold(links):
            self._bundles = bundle(self._placed(world, world.links))
            return self._edges()
        edges = dict(self.edges)
        gone = set(map(id, links))
        fresh = bundle(self._placed(world, there))
        for between in were | fresh.keys():
            stay = [one for one in self._bundles.pop(between, ()) if id(one) not in gone]
            edges.pop(edge_id(between), None)
            if now := [*stay, *fresh.get(between, ())]:
                self._bundles[between] = now
                edges[edge_id(between)] = edge_of(between, now)
        return edges

    def _between(self, link: Link) -> Between | None:
        """What the link went between if it was on the map; None if it never was."""
        source = self._ends.get((link.source, link.source_process))
        target = self._ends.get((link.target, link.target_process))
        if source is None or target is None:
            return None
        return source, target, link.port, link.protocol

    def _may_fold(self, links: Collection[Link]) -> bool:
        """Whether other peers than before may be among the busiest, which are shown."""
        if not any(one.startswith("external:") for x in links for one in (x.source, x.target)):
            return False
        peers = sum(1 for node in self.ends if node.startswith("external:"))
        return INTERNET in self.ends or peers + len(links) > self._shown

    @property
    def _shown(self) -> int:
        return OUTSIDE_PEERS if self._source.only_outside else PUBLIC_PEERS

    def _placed(self, world: World, links: Iterable[Link]) -> list[Placed]:
        stands_for, ends = self._source.stands_for, self._ends

        def end(owner: str, command: str) -> str:
            key = (owner, command)
            found = ends.get(key)
            if found is None:
                found = ends[key] = stands_for(world, owner, command)
            return found

        def placed(link: Link) -> tuple[str, str]:
            return end(link.source, link.source_process), end(link.target, link.target_process)

        if self._source.only_outside:
            links = (o for o in links if not (world.knows(o.source) and world.knows(o.target)))
        return fold_outside(links, placed, self._shown)
