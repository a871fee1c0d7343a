"""`promscope_topology_edge_*`: the resolved edges between services, as gauges.

With them "a new edge appeared", the history of an edge and alerts are one cheap expression each.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from promscope_api.graph.edges import gather, is_silent
from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Edge
from promscope_api.graph.services import end

#: Edges that are exported, the busiest; how many there were beyond them is a gauge too.
MAX_EDGES = 5000
_LABELS = ("source", "target", "port", "protocol")


class EdgeGauges(Collector):
    """Exports the edges of `graph` while its map is not stale."""

    def __init__(self) -> None:
        self.graph: Graph | None = None

    def collect(self) -> Iterator[Metric]:
        """One round of the gauges."""
        rates, connections, dropped = _families()
        edges = self._edges()
        dropped.add_metric((), max(0, len(edges) - MAX_EDGES))
        for edge in edges[:MAX_EDGES]:
            labels = (edge.source, edge.target, str(edge.port), edge.protocol)
            if edge.bytes_per_second is not None:
                rates.add_metric(labels, _bytes(edge))
            if edge.connections is not None:
                connections.add_metric(labels, edge.connections)
        yield from (rates, connections, dropped)

    def describe(self) -> Iterator[Metric]:
        """The families without their series."""
        yield from _families()

    def _edges(self) -> list[Edge]:
        if self.graph is None or self.graph.freshness.stale_since is not None:
            return []
        world = self.graph.world
        placed = (
            (end(world, link.source)[0], end(world, link.target)[0], link)
            for link in world.links
            if not is_silent(link)
        )
        found = gather(edge for edge in placed if edge[0] != edge[1])
        return sorted(found.values(), key=lambda edge: (-_bytes(edge), edge.id))


def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily(
            "promscope_topology_edge_bytes_per_second",
            "Bytes per second between two services, both ways together. An end is a node id.",
            labels=_LABELS,
        ),
        GaugeMetricFamily(
            "promscope_topology_edge_connections",
            "Open connections between two services. An end is a node id.",
            labels=_LABELS,
        ),
        GaugeMetricFamily(
            "promscope_topology_edges_dropped",
            "Edges between services that are not exported because they are over 5,000.",
            labels=(),
        ),
    )


def _bytes(edge: Edge) -> float:
    rates = edge.bytes_per_second
    return rates.transmit + rates.receive if rates else 0.0
