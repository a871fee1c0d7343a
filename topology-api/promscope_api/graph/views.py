"""The views: declared, then cut out of the world by one and the same code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from promscope_api.graph import group, nodes
from promscope_api.graph.edges import fold_outside, gather
from promscope_api.graph.model import Edge, Group, Node
from promscope_api.graph.snapshot import Link
from promscope_api.graph.world import World
from promscope_wire import ids

#: (owner, command or "") → the node that stands for it in a view.
Standing = Callable[[World, str, str], str]


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the graph.

    `members`: the nodes that are always in it; `stands_for`: the node that an end of a link
    belongs to; `group_by`: the bubbles around a node, from the outside in; `parents`: the view
    one level up; `columns`: what its table shows.
    """

    id: str
    label: str
    kind: str
    members: Callable[[World], Iterable[str]]
    stands_for: Standing
    group_by: tuple[group.Level, ...]
    parents: tuple[str, ...]
    columns: tuple[str, ...]


def _host_end(world: World, owner: str, _command: str) -> str:
    return world.host_of(owner) or owner


def _container_end(_world: World, owner: str, _command: str) -> str:
    return owner


def _process_end(world: World, owner: str, command: str) -> str:
    if command:
        node = ids.processes(owner, command)
        if node in world.snapshot.processes:
            return node
    return owner


_USE = ("cpu", "memory", "network_receive", "network_transmit", "connections")

VIEWS: dict[str, View] = {
    view.id: view
    for view in (
        View(
            "hosts",
            "Hosts",
            "host",
            lambda world: world.hosts,
            _host_end,
            (),
            (),
            (*_USE, "facts.os", "facts.kernel"),
        ),
        View(
            "containers",
            "Containers",
            "container",
            lambda world: world.containers,
            _container_end,
            (group.host_or_project, group.compose_service),
            ("hosts",),
            ("state", *_USE, "facts.image", "facts.host"),
        ),
        View(
            "processes",
            "Processes",
            "processes",
            lambda world: [
                node
                for node, it in world.snapshot.processes.items()
                if it.owner in world.containers or it.owner in world.hosts
            ],
            _process_end,
            (group.host, group.container),
            ("containers", "hosts"),
            (*_USE, "processes", "threads", "open_fds", "facts.owner"),
        ),
    )
}


class Cut(msgspec.Struct, frozen=True):
    """A view without positions: nodes, edges and groups by id."""

    nodes: dict[str, Node]
    edges: dict[str, Edge]
    groups: dict[str, Group]


def cut(view: View, world: World) -> Cut:
    """The view as the world is now."""
    ends: dict[tuple[str, str], str] = {}

    def end(owner: str, command: str) -> str:
        key = (owner, command)
        if key not in ends:
            ends[key] = view.stands_for(world, owner, command)
        return ends[key]

    def placed(link: Link) -> tuple[str, str]:
        return end(link.source, link.source_process), end(link.target, link.target_process)

    edges = gather(fold_outside(world.links, placed))
    members = set(view.members(world))
    for edge in edges.values():
        members.update((edge.source, edge.target))
    connections = _connections(edges.values())
    levels = group.Levels(world, view.group_by)
    found = {}
    for node_id in sorted(members):
        node = nodes.make(world, node_id)
        metrics = msgspec.structs.replace(node.metrics, connections=connections.get(node_id))
        if metrics.connections is None and metrics.cpu is not None:
            metrics = msgspec.structs.replace(metrics, connections=0.0)
        found[node_id] = msgspec.structs.replace(
            node, metrics=metrics, group=levels.place(node_id, node.status)
        )
    return Cut(found, edges, levels.groups())


def _connections(edges: Iterable[Edge]) -> dict[str, float]:
    """Open connections of each node, both directions."""
    found: dict[str, float] = {}
    for edge in edges:
        if edge.connections is not None:
            for node in (edge.source, edge.target):
                found[node] = found.get(node, 0.0) + edge.connections
    return found
