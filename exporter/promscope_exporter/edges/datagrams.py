"""UDP flows → counters. The kernel's connection tracking is the only one that counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from promscope_exporter.edges.table import Counters
from promscope_exporter.sources.conntrack import Address, Flow

_HEADERS = {4: 20 + 8, 16: 40 + 8}
#: The end of a flow that is missing from the table may still be told (seconds).
_PATIENCE = 5.0

FlowId = tuple[Address, Address, int]


class Tracked:
    """One flow. `reversed`: the server spoke first; `gone`: since when it is missing."""

    __slots__ = ("baseline", "counters", "flow", "gone", "open", "reversed", "totals")

    def __init__(self, flow: Flow, baseline: bool) -> None:
        self.flow = flow
        self.baseline = baseline
        self.counters: Counters | None = None
        self.reversed = False
        self.open = True
        self.gone: float | None = None
        self.totals: tuple[int, int] | None = None


def payload(flow: Flow) -> tuple[int, int] | None:
    """Payload bytes both ways, headers of IP and UDP taken off; None without accounting."""
    header = _HEADERS[len(flow.source[0])]
    counts = (flow.sent_bytes, flow.sent_packets, flow.received_bytes, flow.received_packets)
    sent, sent_packets, received, received_packets = counts
    if sent is None or sent_packets is None or received is None or received_packets is None:
        return None
    return max(0, sent - header * sent_packets), max(0, received - header * received_packets)


class Datagrams:
    """All UDP flows. `place` decides the counters (and `reversed`); None: ask again."""

    def __init__(self, place: Callable[[Tracked], Counters | None]) -> None:
        self._place = place
        self._flows: dict[FlowId, Tracked] = {}
        self._unplaced: dict[FlowId, Tracked] = {}
        self._polled = False

    def unplaced(self) -> list[Tracked]:
        return list(self._unplaced.values())

    def update(self, flows: Iterable[Flow], now: float) -> None:
        """All flows as they are now. Those of the first call are a baseline."""
        seen = set()
        for flow in flows:
            key = (flow.source, flow.target, flow.id)
            seen.add(key)
            self._take(key, flow, baseline=not self._polled)
        self._polled = True
        for key in [key for key in self._flows if key not in seen]:
            tracked = self._flows[key]
            if tracked.gone is None:
                tracked.gone = now
                self._close(tracked)
            elif now - tracked.gone > _PATIENCE and key not in self._unplaced:
                del self._flows[key]

    def known(self) -> list[Flow]:
        """The flows that are not over yet, as last seen."""
        return [tracked.flow for tracked in self._flows.values() if tracked.gone is None]

    def event(self, flow: Flow) -> None:
        """A flow began; or ended, with its final counts."""
        if not self._polled:
            return
        key = (flow.source, flow.target, flow.id)
        if not flow.ended:
            if key not in self._flows:
                self._take(key, flow, baseline=False)
            return
        tracked = self._take(key, flow, baseline=False)
        self._close(tracked)
        if key not in self._unplaced:
            del self._flows[key]
        elif tracked.gone is None:
            tracked.gone = 0.0

    def settle(self) -> None:
        """Give everything new to its counters."""
        for key, tracked in list(self._unplaced.items()):
            counters = self._place(tracked)
            if counters is None:
                continue
            del self._unplaced[key]
            tracked.counters = counters
            if not tracked.baseline:
                counters.connects += 1
            if tracked.open:
                counters.connections += 1
            totals, tracked.totals = payload(tracked.flow), None
            if tracked.baseline:
                tracked.totals = totals
            self._count(tracked, totals)

    def _take(self, key: FlowId, flow: Flow, *, baseline: bool) -> Tracked:
        tracked = self._flows.get(key)
        if tracked is None:
            tracked = self._flows[key] = self._unplaced[key] = Tracked(flow, baseline)
            return tracked
        if tracked.counters is None and tracked.baseline:
            return tracked  # what came before it is placed belongs to the baseline
        tracked.flow = flow
        if tracked.counters is not None:
            self._count(tracked, payload(flow))
        return tracked

    def _count(self, tracked: Tracked, totals: tuple[int, int] | None) -> None:
        counters = tracked.counters
        if totals is None or counters is None:
            return
        before = tracked.totals or (0, 0)
        sent, received = (max(0, one - two) for one, two in zip(totals, before, strict=True))
        if tracked.reversed:
            sent, received = received, sent
        counters.transmitted += sent
        counters.received += received
        counters.bytes_known = True
        tracked.totals = totals

    def _close(self, tracked: Tracked) -> None:
        if tracked.open:
            tracked.open = False
            if tracked.counters is not None:
                tracked.counters.connections -= 1
