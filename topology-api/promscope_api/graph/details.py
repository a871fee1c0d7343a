"""Everything known about one node: identity, record, relatives, connections, and what is not."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from promscope_api.graph import nodes
from promscope_api.graph.drill import Drill, drills, views_of
from promscope_api.graph.edges import is_silent
from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Node, NodeKind, Rates, Status
from promscope_api.graph.snapshot import Link
from promscope_api.graph.views import find as find_view
from promscope_api.graph.world import World
from promscope_api.query.parser import parse
from promscope_wire import ids
from promscope_wire.frames import ContainerRecord

#: Connections and relatives of one node that are listed; the counts tell of the rest.
LISTED = 500
#: Kinds of nodes that sum up others.
_BUNDLES = frozenset(("image", "project", "service", "label", "command"))
#: Of what a tunnel told and Prometheus does not hold, at a moment of the past.
NOT_RECORDED = "not recorded: Prometheus keeps numbers, states and identity only"
_SCRAPE_ONLY = "scrape only: no tunnel tells mounts, ports and environment"


class Ref(msgspec.Struct, frozen=True):
    """Another node, enough to link to it."""

    id: str
    kind: NodeKind
    label: str
    status: Status


class Connection(msgspec.Struct, frozen=True):
    """What goes between the node and a peer. `process`: the client's command; `peer_process`:
    the command at the other end; "" where not known.
    """

    node: Ref
    port: int
    protocol: str
    connections: float | None
    bytes_per_second: Rates | None
    process: str
    peer_process: str


class Connections(msgspec.Struct, frozen=True):
    incoming: list[Connection]
    outgoing: list[Connection]
    total: int


class NotMeasured(msgspec.Struct, frozen=True):
    field: str
    reason: str


class Details(msgspec.Struct, frozen=True):
    """One node. `record`: what its probe's tunnel tells, None without one; `info`: identity
    labels as Prometheus has them; `children` lists at most 500 of `children_total`.
    """

    node: Node
    record: ContainerRecord | None
    info: dict[str, str]
    parents: list[Ref]
    children: list[Ref]
    children_total: int
    connections: Connections
    not_measured: list[NotMeasured]
    drill: list[Drill]


def details(graph: Graph, node_id: str) -> Details | None:
    """The node by its id in any view; None if nobody knows it."""
    found = find(graph, node_id)
    if found is None:
        return None
    world = graph.world
    ways = drills(found)
    children = sorted(
        _members(graph, ways) if found.kind in _BUNDLES else _children(world, node_id)
    )
    return Details(
        node=found,
        record=world.records.get(node_id),
        info=_info(world, node_id),
        parents=[ref(graph, parent) for parent in found.parents],
        children=[ref(graph, child) for child in children[:LISTED]],
        children_total=len(children),
        connections=_connections(graph, node_id),
        not_measured=_not_measured(world, found, graph.at is not None),
        drill=ways,
    )


def find(graph: Graph, node_id: str) -> Node | None:
    """The node as the view that it belongs to shows it."""
    for view in _views(node_id):
        shown = find_view(view)
        if shown is not None and node_id in graph.cut(shown).nodes:
            return next(node for node in graph.view(view).now.nodes if node.id == node_id)
    if graph.exists(node_id):
        return nodes.make(graph.world, node_id)
    return None


def _views(node_id: str) -> tuple[str, ...]:
    try:
        return views_of(node_id)
    except ids.InvalidId:
        return ()


def ref(graph: Graph, node_id: str) -> Ref:
    node = nodes.make(graph.world, node_id)
    return Ref(node.id, node.kind, node.label, node.status)


def _members(graph: Graph, ways: list[Drill]) -> Iterable[str]:
    """What a bundle stands for: the things its last way down leads to."""
    down = [way for way in ways if way.direction == "down"]
    expression = parse(down[-1].filter) if down else None
    if expression is None:
        return ()
    return graph.index.ids(expression) & graph.things(down[-1].view).nodes.keys()


def _children(world: World, node_id: str) -> Iterable[str]:
    for container in world.containers.values():
        if container.host == node_id:
            yield container.id
    for process in world.snapshot.processes.values():
        if process.owner == node_id:
            yield process.id


def _info(world: World, node_id: str) -> dict[str, str]:
    container = world.snapshot.containers.get(node_id)
    if container is not None:
        info = {
            name: value
            for name in container.__struct_fields__
            if isinstance(value := getattr(container, name), str) and name != "id" and value
        }
        return info | {f"label.{name}": value for name, value in container.labels.items()}
    host = world.hosts.get(node_id)
    if host is not None:
        found = {
            "host_id": host.host_id,
            "hostname": host.hostname,
            "os": host.os,
            "kernel": host.kernel,
            "arch": host.arch,
            "probe_version": host.version,
            "instances": ", ".join(sorted(target.instance for target in host.targets)),
            "jobs": ", ".join(sorted({target.job for target in host.targets})),
        }
        return {name: value for name, value in found.items() if value}
    process = world.snapshot.processes.get(node_id)
    if process is not None:
        return {"command": process.command, "owner": process.owner, "host": process.host}
    return {}


def _connections(graph: Graph, node_id: str) -> Connections:
    world = graph.world
    process = world.snapshot.processes.get(node_id)
    incoming, outgoing = [], []
    for link in world.links:
        if is_silent(link):
            continue
        if process is not None:
            is_source = link.source == process.owner and link.source_process == process.command
            is_target = link.target == process.owner and link.target_process == process.command
        else:
            is_source, is_target = link.source == node_id, link.target == node_id
        if is_source:
            outgoing.append(_connection(graph, link, link.target, link.target_process))
        if is_target:
            incoming.append(_connection(graph, link, link.source, ""))
    total = len(incoming) + len(outgoing)
    return Connections(_busiest(incoming), _busiest(outgoing), total)


def _connection(graph: Graph, link: Link, peer: str, peer_process: str) -> Connection:
    known = link.transmit is not None or link.receive is not None
    return Connection(
        node=ref(graph, peer),
        port=link.port,
        protocol=link.protocol,
        connections=link.connections,
        bytes_per_second=Rates(link.transmit or 0.0, link.receive or 0.0) if known else None,
        process=link.source_process,
        peer_process=peer_process,
    )


def _busiest(connections: list[Connection]) -> list[Connection]:
    def weight(connection: Connection) -> tuple[float, str]:
        rates = connection.bytes_per_second
        return -(rates.transmit + rates.receive if rates else 0.0), connection.node.id

    return sorted(connections, key=weight)[:LISTED]


def _not_measured(world: World, node: Node, past: bool) -> list[NotMeasured]:
    reason = _why_unmeasured(world, node)
    if not reason:
        return []
    found = [
        NotMeasured(name, reason)
        for name in ("cpu", "memory", "network_receive", "network_transmit", "processes")
        if getattr(node.metrics, name) is None
    ]
    if node.kind == "container" and node.id not in world.records:
        found.append(NotMeasured("record", NOT_RECORDED if past else _SCRAPE_ONLY))
    return found


def _why_unmeasured(world: World, node: Node) -> str:
    if node.kind in ("external", "internet", "other", "unknown") or node.kind in _BUNDLES:
        return ""
    if node.id in world.named:
        return "your role shows this host's name only"
    host = node.id if node.kind == "host" else node.parents[-1]
    away = nodes.unreachable(world, host)
    if away:
        return away
    if node.kind == "container" and node.state not in ("running", "paused", "restarting"):
        return f"the container is {node.state or 'not running'}"
    if node.id in world.containers and node.id not in world.snapshot.containers:
        return "no scrape has seen it yet; numbers follow within two scrape intervals"
    return "not in the last scrapes: rates need two of them, and a source the probe can read"
