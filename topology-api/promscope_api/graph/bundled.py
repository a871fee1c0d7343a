"""A view summed up: bundles for nodes, with the numbers of what is in them and between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from promscope_api.graph import group
from promscope_api.graph.bundle import Bundle, Grouping
from promscope_api.graph.cut import Cut
from promscope_api.graph.edges import total
from promscope_api.graph.model import Edge, Limits, Metrics, Node, Rates
from promscope_api.graph.scene import Scene
from promscope_api.graph.status import worst
from promscope_api.graph.touched import Touched
from promscope_api.graph.world import World

#: Reasons of members that a bundle gives; the count tells of the rest.
_REASONS = 5
_NOUNS = {"processes": ("process group", "process groups")}


class BundleScene(Scene):
    """A cut with one node for each bundle; nodes that are in none stay as they are.

    Numbers add up: of nodes those that every member shares in (`connections` are those that the
    shown edges have), of edges those between members of the two bundles. What goes on inside one
    bundle is not shown. A bundle is in the groups of its members; that of all the others is in
    none, for its members may be anywhere.
    """

    def __init__(
        self, cut: Cut, world: World, by: Grouping, levels: tuple[group.Level, ...] = ()
    ) -> None:
        super().__init__(world, levels)
        self._by = by
        self._bundles: dict[str, Bundle | None] = {}
        self._into: dict[str, str] = {}
        self._inside: dict[str, set[str]] = defaultdict(set)
        self._sort(cut, world, cut.nodes)
        self._connect(_edges(cut.edges.values(), self._into))
        self._renew(cut, list(self._inside))
        self._levels.settle(self.groups)

    def mend(self, cut: Cut, world: World, touched: Touched) -> Touched:
        """`touched`: of the cut that is summed up."""
        self._levels.world = world
        stale, moved = self._sort(cut, world, touched.nodes)
        edges: set[str] = set()
        if touched.edges or moved:
            edges, ends = self._connect(_edges(cut.edges.values(), self._into))
            stale |= ends
        changed = self._renew(cut, stale)
        return Touched.of(changed, edges, self._levels.settle(self.groups))

    def _sort(self, cut: Cut, world: World, keys: Iterable[str]) -> tuple[set[str], bool]:
        """Put nodes into their bundles: what to make anew, and whether one is in another now."""
        stale: set[str] = set()
        moved = False
        for key in keys:
            before = self._into.pop(key, None)
            if before is not None:
                self._inside[before].discard(key)
                stale.add(before)
            if key not in cut.nodes:
                self._bundles.pop(key, None)
                continue
            bundle = self._bundles[key] = self._by(world, key)
            into = self._into[key] = bundle.id if bundle is not None else key
            self._inside[into].add(key)
            stale.add(into)
            moved = moved or (before is not None and before != into)
        return stale, moved

    def _renew(self, cut: Cut, keys: Iterable[str]) -> set[str]:
        fresh: dict[str, Node | None] = {}
        at: dict[str, str] = {}
        for key in keys:
            inside = sorted(self._inside.get(key, ()))
            if not inside:
                self._inside.pop(key, None)
                fresh[key] = None
            elif key in inside and self._bundles[key] is None:
                fresh[key] = cut.nodes[key]
            else:
                members = [cut.nodes[one] for one in inside if one != key]
                bundle = self._bundles[inside[-1]]
                assert bundle is not None
                fresh[key] = _node(bundle, members)
                if members and bundle.kind != "unknown":
                    at[key] = members[0].id
        return self._set(fresh, at)


def _node(bundle: Bundle, members: list[Node]) -> Node:
    status = worst(node.status for node in members)
    reasons = [
        f"{node.label}: {reason}"
        for node in sorted(members, key=lambda one: (one.status != status, one.label))
        for reason in node.reasons
    ]
    more = len(reasons) - _REASONS
    if more > 0:
        reasons = [*reasons[:_REASONS], f"and {more} more"]
    states = {node.state for node in members}
    one, many = _NOUNS.get(members[0].kind if members else "", ("container", "containers"))
    count = f"{len(members)} {one if len(members) == 1 else many}"
    return Node(
        id=bundle.id,
        kind=bundle.kind,
        label=bundle.label,
        sublabel=f"{bundle.sublabel}, {count}" if bundle.sublabel else count,
        status=status,
        state=states.pop() if len(states) == 1 else "mixed",
        reasons=tuple(reasons),
        parents=(),
        group=None,
        metrics=Metrics(**{name: _sum(members, name) for name in Metrics.__struct_fields__}),
        limits=Limits(*(_limit(members, name) for name in Limits.__struct_fields__)),
        facts={"members": str(len(members)), **_common(members)},
    )


def _sum(members: Iterable[Node], name: str) -> float | None:
    return total(getattr(node.metrics, name) for node in members)


def _limit(members: list[Node], name: str) -> float | None:
    """What all may use together; None as soon as one is not limited."""
    limits = [getattr(node.limits, name) for node in members]
    return sum(limits) if limits and all(limits) else None


def _common(members: list[Node]) -> dict[str, str]:
    """Facts that all members share."""
    if not members:
        return {}
    first, *others = members
    return {
        name: value
        for name, value in first.facts.items()
        if name != "id" and all(node.facts.get(name) == value for node in others)
    }


def _edges(edges: Iterable[Edge], into: Mapping[str, str]) -> dict[str, Edge]:
    found: dict[tuple[str, str, int, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        source, target = into[edge.source], into[edge.target]
        if source != target:
            found[source, target, edge.port, edge.protocol].append(edge)
    made = (_edge(*key, parts) for key, parts in found.items())
    return {edge.id: edge for edge in made}


def _edge(source: str, target: str, port: int, protocol: str, parts: list[Edge]) -> Edge:
    rates = [edge.bytes_per_second for edge in parts if edge.bytes_per_second is not None]
    services = sorted(
        {edge.service for edge in parts if edge.service is not None},
        key=lambda service: (service.ip, service.port),
    )
    return Edge(
        id=f"{source}>{target}:{port}/{protocol}",
        source=source,
        target=target,
        port=port,
        protocol=protocol,
        connections=total(edge.connections for edge in parts),
        bytes_per_second=Rates(
            sum(rate.transmit for rate in rates), sum(rate.receive for rate in rates)
        )
        if rates
        else None,
        connects_per_second=total(edge.connects_per_second for edge in parts),
        failed_per_second=total(edge.failed_per_second for edge in parts),
        service=services[0] if services else None,
        processes=tuple(sorted({name for edge in parts for name in edge.processes})),
    )
