"""What the graph process measures about itself, for the API's /metrics."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from promscope_api.graph.edge_gauges import EdgeGauges
from promscope_api.graph.graph import Graph

_BUCKETS = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0)


class Measures:
    """The graph's own metrics; docs/metrics/api.md describes them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._stages = Histogram(
            "promscope_api_refresh_stage_seconds",
            "How long a stage of a refresh took: query (all queries) or build (the snapshot).",
            ("stage",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._rounds = Counter(
            "promscope_api_refreshes_total",
            "Refreshes of the map, by result.",
            ("result",),
            registry=self.registry,
        )
        for result in ("success", "failure"):
            self._rounds.labels(result)
        self._up = Gauge(
            "promscope_api_backend_up",
            "1 if the last refresh got its answers from Prometheus, else 0: the map is stale.",
            registry=self.registry,
        )
        self._taken_at = Gauge(
            "promscope_api_snapshot_timestamp_seconds",
            "Time of the newest scrape in the map, in Unix time.",
            registry=self.registry,
        )
        self.hosts_removed = Counter(
            "promscope_api_hosts_removed_total",
            "Hosts that left the map, an hour after they were last scraped.",
            registry=self.registry,
        )
        self._size = Gauge(
            "promscope_api_snapshot_size",
            "Things in the map, by kind.",
            ("kind",),
            registry=self.registry,
        )

        self._edges = EdgeGauges()
        self.registry.register(self._edges)

    def stage(self, stage: str, seconds: float) -> None:
        self._stages.labels(stage).observe(seconds)

    def round(self, failed: bool, graph: Graph) -> None:
        """A refresh ended."""
        self._rounds.labels("failure" if failed else "success").inc()
        self._up.set(0 if failed else 1)
        snapshot = graph.snapshot
        if snapshot.taken_at is not None:
            self._taken_at.set(snapshot.taken_at)
        self._size.labels("hosts").set(len(snapshot.hosts))
        self._size.labels("containers").set(len(snapshot.containers))
        self._size.labels("processes").set(len(snapshot.processes))
        self._size.labels("links").set(len(snapshot.links))

    def text(self, graph: Graph) -> bytes:
        """Everything in Prometheus' text format, the edges of `graph` included."""
        self._edges.graph = graph
        return generate_latest(self.registry)
