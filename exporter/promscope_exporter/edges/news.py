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

#: Seconds between two looks at which edges have closed; one that began in between has not, so
#: that short connections one after the other are one edge that stays open.
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
        self._closing = False

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

    def ended(self) -> None:
        """Some connection ended: an edge may have closed."""
        self._closing = True

    def look(
        self, edges: Iterable[tuple[EdgeKey, Counters]], now: float, *, collected: bool
    ) -> None:
        """What the table has now; `collected`: every open connection is in it."""
        due = self._closing and self._activities.watched
        if not collected and (not due or now - self._looked < _CLOSING_SECONDS):
            return
        self._looked, self._closing = now, False
        before = {identity(edge): edge for edge in self._activities.open_edges()}
        opened: set[EdgeId] = set()
        used: dict[EdgeId, float] = {}
        news = []
        for key, counters in edges:
            name = _name(key)
            if counters.connections <= 0:
                used[name] = max(used.get(name, 0.0), counters.used)
                continue
            opened.add(name)
            if name not in before:
                news.append(EdgeState(*name[:4], True, *name[4:]))
        for name, edge in before.items():
            began = self._began.get(name, 0.0)
            if name in opened or not (collected or used.get(name, 0.0) > began):
                continue
            if collected or now - began >= _CLOSING_SECONDS:
                news.append(_closed(edge))
            else:
                self._closing = True
        if collected:
            self._began.clear()
        self._activities.tell(news)


def _of_flow(source: str, flow: Flow) -> EdgeState:
    (server, port), (dialled, dialled_port) = flow.server, flow.target
    translated = flow.server != flow.target
    return EdgeState(
        source, text(server), port, _PROTOCOLS[flow.protocol], True,
        text(dialled) if translated else "", dialled_port if translated else 0,
    )  # fmt: skip


def _name(key: EdgeKey) -> EdgeId:
    source, _, _, peer_ip, peer_port, protocol, service_ip, service_port = key
    return source, peer_ip, int(peer_port), protocol, service_ip or "", int(service_port or 0)


def _closed(edge: EdgeState) -> EdgeState:
    return EdgeState(
        edge.source, edge.peer_ip, edge.peer_port, edge.protocol, False, edge.service_ip,
        edge.service_port,
    )  # fmt: skip
