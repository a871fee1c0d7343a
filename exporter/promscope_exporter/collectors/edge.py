"""Who talks to whom: the edge and inbound families."""

from __future__ import annotations

from typing import TypeVar

from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.edges import tracker
from promscope_exporter.edges.table import Counters, EdgeKey, InboundKey, Key, Table
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series

_PROTOCOL = 5


class _EdgeSeries:
    """The series of one edge. RTT, retransmits and failures are known of TCP alone; bytes of
    UDP only where the kernel counts them."""

    __slots__ = (
        "connections", "connects", "failed", "received", "retransmits", "rtt_count", "rtt_sum",
        "tcp", "transmitted",
    )  # fmt: skip

    def __init__(self, key: EdgeKey) -> None:
        def born(family: catalogue.Family, suffix: str = "") -> Series:
            return series(family, *key, suffix=suffix, newborn=True)

        self.tcp = key[_PROTOCOL] == "tcp"
        self.connections = series(catalogue.EDGE_CONNECTIONS, *key)
        self.connects = born(catalogue.EDGE_CONNECTS)
        self.failed = born(catalogue.EDGE_FAILED_CONNECTS)
        self.transmitted = born(catalogue.EDGE_TRANSMIT)
        self.received = born(catalogue.EDGE_RECEIVE)
        self.retransmits = born(catalogue.EDGE_RETRANSMITS)
        self.rtt_sum = born(catalogue.EDGE_RTT, "_sum")
        self.rtt_count = born(catalogue.EDGE_RTT, "_count")

    def write(self, page: Page, counters: Counters, failures_known: bool) -> None:
        page.write(self.connections, counters.connections)
        page.write(self.connects, counters.connects)
        if counters.bytes_known:
            page.write(self.transmitted, counters.transmitted)
            page.write(self.received, counters.received)
        if not self.tcp:
            return
        if failures_known:
            page.write(self.failed, counters.failed)
        page.write(self.retransmits, counters.retransmits)
        if counters.rtt_count:
            page.write(self.rtt_sum, round(counters.rtt_seconds, 6))
            page.write(self.rtt_count, counters.rtt_count)


class _InboundSeries:
    __slots__ = ("connections", "connects", "received", "transmitted")

    def __init__(self, key: InboundKey) -> None:
        self.connections = series(catalogue.INBOUND_CONNECTIONS, *key)
        self.connects = series(catalogue.INBOUND_CONNECTS, *key, newborn=True)
        self.transmitted = series(catalogue.INBOUND_TRANSMIT, *key, newborn=True)
        self.received = series(catalogue.INBOUND_RECEIVE, *key, newborn=True)

    def write(self, page: Page, counters: Counters) -> None:
        page.write(self.connections, counters.connections)
        page.write(self.connects, counters.connects)
        if counters.bytes_known:  # counted from the client: what it receives, the target sends
            page.write(self.transmitted, counters.received)
            page.write(self.received, counters.transmitted)


@collector("edge", order=60)
class EdgeCollector:
    """TCP from sock_diag and the ends of sockets, UDP from connection tracking.

    failed_connects_total counts what the kernel tells of: attempts that were under way during a
    collection, and those of clients that do not block. A blocking connect() that is refused
    at once leaves no trace of the port it was for. Without the ends of sockets (capability
    `tcp_events`) the family is absent.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tracker = tracker.acquire(context)
        self._edges: dict[EdgeKey, _EdgeSeries] = {}
        self._inbound: dict[InboundKey, _InboundSeries] = {}

    def collect(self, page: Page) -> None:
        self._tracker.collect(page.now)
        self._tracker.read(lambda: self._write(page))

    def close(self) -> None:
        tracker.release(self._context)

    def _write(self, page: Page) -> None:
        failures_known = self._tracker.kernel.tells_ends
        _expire(self._tracker.edges, self._edges, page.now)
        for key, counters in self._tracker.edges.items():
            edge = self._edges.get(key)
            if edge is None:
                edge = self._edges[key] = _EdgeSeries(key)
            edge.write(page, counters, failures_known)
        _expire(self._tracker.inbound, self._inbound, page.now)
        for peer, counters in self._tracker.inbound.items():
            inbound = self._inbound.get(peer)
            if inbound is None:
                inbound = self._inbound[peer] = _InboundSeries(peer)
            inbound.write(page, counters)


Handle = TypeVar("Handle")


def _expire(table: Table[Key], handles: dict[Key, Handle], now: float) -> None:
    for key in table.expire(now):
        handles.pop(key, None)
