"""Edges that open and close, told within a moment of it (docs/tunnel.md, `activity`)."""

from __future__ import annotations

from collections.abc import Iterable

from promscope_exporter.activity import Activities, EdgeId, identity
from promscope_exporter.edges.owner import Ownership
from promscope_exporter.edges.spaces import Space
from promscope_exporter.edges.table import Counters, EdgeKey
from promscope_exporter.sources.address import is_group, text
from promscope_exporter.sources.conntrack import Flow
from promscope_wire.frames import EdgeState

#: Seconds between two looks at which edges have closed.
_CLOSING_SECONDS = 1.0
_PROTOCOLS = {6: "tcp", 17: "udp"}


class EdgeNews:
    """For use from one thread at a time. Flows tell what begins at once, the table of edges
    what a collection has found, and what has closed."""

    def __init__(self, activities: Activities, owners: Ownership, host: Space) -> None:
        self._activities = activities
        self._owners = owners
        self._host = host
        self._began: dict[EdgeId, float] = {}
        self._looked = 0.0

    def began(self, flows: Iterable[Flow], lost: int, now: float) -> None:
        """Flows that were tracked just now; `lost`: so many more were not looked at."""
        edges = []
        for flow in flows:
            found = self._owners.of_address(self._host, flow.source[0])
            if found is None or is_group(flow.target[0]) or flow.protocol not in _PROTOCOLS:
                continue
            edge = _of_flow(found[1].node, flow)
            self._began[identity(edge)] = now
            edges.append(edge)
        self._activities.tell(edges, lost=lost)

    def look(
        self, edges: Iterable[tuple[EdgeKey, Counters]], now: float, *, collected: bool
    ) -> None:
        """What the table has now; `collected`: every open connection is in it."""
        if not collected and now - self._looked < _CLOSING_SECONDS:
            return
        self._looked = now
        if not self._activities.watched and not collected:
            return
        opened: dict[EdgeId, EdgeState] = {}
        used: dict[EdgeId, float] = {}
        for key, counters in edges:
            edge = _of_key(key)
            name = identity(edge)
            used[name] = max(used.get(name, 0.0), counters.used)
            if counters.connections > 0:
                opened[name] = edge
        closed = [
            _closed(edge)
            for edge in self._activities.open_edges()
            if (name := identity(edge)) not in opened
            and (collected or used.get(name, 0.0) > self._began.get(name, 0.0))
        ]
        if collected:
            self._began.clear()
        self._activities.tell([*opened.values(), *closed])


def _of_flow(source: str, flow: Flow) -> EdgeState:
    (server, port), (dialled, dialled_port) = flow.server, flow.target
    translated = flow.server != flow.target
    return EdgeState(
        source, text(server), port, _PROTOCOLS[flow.protocol], True,
        text(dialled) if translated else "", dialled_port if translated else 0,
    )  # fmt: skip


def _of_key(key: EdgeKey) -> EdgeState:
    source, _, _, peer_ip, peer_port, protocol, service_ip, service_port = key
    return EdgeState(
        source, peer_ip, int(peer_port), protocol, True, service_ip or "", int(service_port or 0)
    )


def _closed(edge: EdgeState) -> EdgeState:
    return EdgeState(
        edge.source, edge.peer_ip, edge.peer_port, edge.protocol, False, edge.service_ip,
        edge.service_port,
    )  # fmt: skip
