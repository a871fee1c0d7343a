"""A view summed up: bundles for nodes, with the numbers of what is in them and between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from promscope_api.graph import group
from promscope_api.graph.bundle import Bundle, Grouping
from promscope_api.graph.cut import Cut, with_connections
from promscope_api.graph.edges import total
from promscope_api.graph.model import Edge, Limits, Metrics, Node, Rates
from promscope_api.graph.status import worst
from promscope_api.graph.world import World

#: Reasons of members that a bundle gives; the count tells of the rest.
_REASONS = 5
_NOUNS = {"processes": ("process group", "process groups")}


def bundled(cut: Cut, world: World, by: Grouping, levels: tuple[group.Level, ...] = ()) -> Cut:
    """The cut with one node for each bundle; nodes that are in none stay as they are.

    Numbers add up: of nodes those that every member shares in (`connections` are those that the
    shown edges have), of edges those between members of the two bundles. What goes on inside one
    bundle is not shown.
    """
    bundles: dict[str, Bundle] = {}
    members: dict[str, list[Node]] = defaultdict(list)
    into: dict[str, str] = {}
    kept: dict[str, Node] = {}
    for node in cut.nodes.values():
        bundle = by(world, node.id)
        if bundle is None:
            kept[node.id] = node
            into[node.id] = node.id
            continue
        into[node.id] = bundle.id
        bundles[bundle.id] = bundle
        if node.id != bundle.id:
            members[bundle.id].append(node)
    edges = _edges(cut.edges.values(), into)
    placed = group.Levels(world, levels)
    found = dict(kept)
    for bundle_id, bundle in bundles.items():
        made = _node(bundle, members[bundle_id])
        inside = members[bundle_id][0].id if members[bundle_id] else bundle_id
        found[bundle_id] = msgspec.structs.replace(made, group=placed.place(inside, made.status))
    for node in kept.values():
        found[node.id] = msgspec.structs.replace(node, group=placed.place(node.id, node.status))
    return Cut(with_connections(found, edges), edges, placed.groups())


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
