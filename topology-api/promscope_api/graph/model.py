"""What the API says about the graph: the JSON of REST answers and socket messages.

These types are what is sent, and the OpenAPI document is generated from them. Times are Unix
seconds; sizes bytes; rates bytes per second; positions and radii world units. None is always
"not measured" or "not known", never zero. What there are tens of thousands of cannot be part of a
cycle and is not looked through for one (gc=False).
"""

from __future__ import annotations

from typing import Literal

import msgspec

Status = Literal["healthy", "warning", "critical", "unknown"]
NodeKind = Literal[
    "host", "container", "processes", "external", "internet", "other", "unknown",
    "image", "project", "service", "label", "command",
]  # fmt: skip
GroupKind = Literal["host", "project", "service", "container"]
Protocol = str


class Metrics(msgspec.Struct, frozen=True, gc=False):
    """A node's numbers as of the last scrape. `cpu` in cores."""

    cpu: float | None = None
    memory: float | None = None
    network_receive: float | None = None
    network_transmit: float | None = None
    disk_read: float | None = None
    disk_write: float | None = None
    processes: float | None = None
    connections: float | None = None
    open_fds: float | None = None
    threads: float | None = None


class Limits(msgspec.Struct, frozen=True, gc=False):
    """What bounds a node: of a container its limits, of a host its capacity."""

    cpu: float | None = None
    memory: float | None = None


class Node(msgspec.Struct, frozen=True, gc=False):
    """One thing on the map. `parents`: node ids, nearest first; `group`: the id of its group;
    `facts`: short strings for the table and the panel; `reasons`: why the status is what it is.
    """

    id: str
    kind: NodeKind
    label: str
    sublabel: str
    status: Status
    state: str
    reasons: tuple[str, ...]
    parents: tuple[str, ...]
    group: str | None
    metrics: Metrics
    limits: Limits
    facts: dict[str, str]
    position: tuple[float, float] = (0.0, 0.0)
    radius: float = 0.0


class Rates(msgspec.Struct, frozen=True, gc=False):
    transmit: float
    receive: float


class ServiceAddress(msgspec.Struct, frozen=True, gc=False):
    """The address the client dialled, where it was translated on the way (NAT, proxy)."""

    ip: str
    port: int


class Edge(msgspec.Struct, frozen=True, gc=False):
    """Who talks to whom: `source` opened the connections. `processes`: the clients' commands."""

    id: str
    source: str
    target: str
    port: int
    protocol: Protocol
    connections: float | None
    bytes_per_second: Rates | None
    connects_per_second: float | None
    failed_per_second: float | None
    service: ServiceAddress | None
    processes: tuple[str, ...]


class Group(msgspec.Struct, frozen=True, gc=False):
    """A bubble around nodes and other groups. `count`: nodes in it, nested ones included."""

    id: str
    kind: GroupKind
    label: str
    parent: str | None
    count: int
    status: Status
    position: tuple[float, float] = (0.0, 0.0)
    radius: float = 0.0


class Topology(msgspec.Struct, frozen=True):
    """One view, complete. `version` grows with every change of the view."""

    view: str
    version: int
    taken_at: float | None
    stale_since: float | None
    stale_reason: str | None
    nodes: list[Node]
    edges: list[Edge]
    groups: list[Group]


class NodeChanges(msgspec.Struct, frozen=True):
    upsert: list[Node]
    remove: list[str]


class EdgeChanges(msgspec.Struct, frozen=True):
    upsert: list[Edge]
    remove: list[str]


class GroupChanges(msgspec.Struct, frozen=True):
    upsert: list[Group]
    remove: list[str]


class Full(Topology, frozen=True, tag="full"):
    """The first message of a socket, and the answer to a resync."""


class Delta(msgspec.Struct, frozen=True, tag="delta"):
    """What changed in structure and state from version `base` to `version`."""

    view: str
    version: int
    base: int
    taken_at: float | None
    stale_since: float | None
    stale_reason: str | None
    nodes: NodeChanges
    edges: EdgeChanges
    groups: GroupChanges


class EdgeMetrics(msgspec.Struct, frozen=True, gc=False):
    connections: float | None
    bytes_per_second: Rates | None
    connects_per_second: float | None
    failed_per_second: float | None


class MetricsUpdate(msgspec.Struct, frozen=True, tag="metrics"):
    """New numbers, of the nodes and edges whose numbers changed."""

    view: str
    version: int
    base: int
    taken_at: float | None
    nodes: dict[str, Metrics]
    edges: dict[str, EdgeMetrics]


class ViewCounts(msgspec.Struct, frozen=True):
    nodes: int
    edges: int
    unhealthy: int


class ViewSummary(msgspec.Struct, frozen=True):
    """A view as it is declared, and how much is in it. `kind`: of the nodes it is about;
    `groups`: the view whose nodes it sums up, or ""; `parents` and `children`: the views one
    level up and down; `columns`: what its table shows.
    """

    id: str
    label: str
    counts: ViewCounts
    kind: NodeKind
    groups: str
    parents: tuple[str, ...]
    children: tuple[str, ...]
    columns: tuple[str, ...]


class Degraded(msgspec.Struct, frozen=True):
    """Something a probe cannot do here, and why."""

    capability: str
    reason: str


class Probe(msgspec.Struct, frozen=True):
    """One probe. `tunnel`: live events and controls work; else it is scrape only.
    `last_contact`: its last good scrape or heartbeat.
    """

    host_id: str
    hostname: str
    instance: str
    up: bool
    tunnel: bool
    control: tuple[str, ...]
    skew_seconds: float | None
    degraded: tuple[Degraded, ...]
    version: str = ""
    last_contact: float | None = None


class Summary(msgspec.Struct, frozen=True):
    nodes: int
    unhealthy: int
    cpu_cores_used: float | None
    cpu_cores: float | None
    memory_used: float | None
    memory_total: float | None
    bytes_per_second: float | None
    edges: int


class Overview(msgspec.Struct, frozen=True):
    """The views there are, the probes that feed them, and the totals of the fleet."""

    views: list[ViewSummary]
    taken_at: float | None
    stale_since: float | None
    stale_reason: str | None
    probes: list[Probe]
    summary: Summary


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was not fulfilled (RFC 9457), in words a user understands. `column`: where in
    a query it went wrong, counting characters from 1.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    operation_id: str = ""
    column: int | None = None
