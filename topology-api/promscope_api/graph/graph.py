"""The graph as a whole: the last snapshot, the live overlay, and every view as published."""

from __future__ import annotations

import time
from collections.abc import Callable

from promscope_api.graph import nodes
from promscope_api.graph.edges import total
from promscope_api.graph.model import (
    Degraded,
    Limits,
    Overview,
    Probe,
    Summary,
    ViewCounts,
    ViewSummary,
)
from promscope_api.graph.overlay import Overlay
from promscope_api.graph.published import Freshness, Published
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.views import VIEWS
from promscope_api.graph.world import World, compose
from promscope_wire.ids import INTERNET

_UNHEALTHY = ("warning", "critical")


class Graph:
    """Used by one thread. Views are brought up to date when somebody looks at them.

    `at`: the moment this is a graph of, in Unix seconds; None: of now.
    """

    def __init__(
        self, wall_clock: Callable[[], float] = time.time, at: float | None = None
    ) -> None:
        self.at = at
        self._wall_clock = wall_clock
        self.snapshot = Snapshot()
        self.overlay = Overlay()
        self.views = {view.id: Published(view) for view in VIEWS.values()}
        self.freshness = Freshness(wall_clock(), "waiting for the first answer of Prometheus")
        self.built = self.tried = False
        self._world: World | None = None
        self._stale_views = set(self.views)

    @property
    def world(self) -> World:
        if self._world is None:
            self._world = compose(self.snapshot, self.overlay)
        return self._world

    def take(self, snapshot: Snapshot) -> None:
        """A round succeeded."""
        self.snapshot = snapshot
        self.built = self.tried = True
        self.freshness = Freshness()
        self.overlay.scraped(snapshot)
        self.touch()

    def fail(self, reason: str) -> None:
        """A round failed: the last snapshot stays, and is said to be stale."""
        self.tried = True
        since = self.freshness.stale_since
        self.freshness = Freshness(self._wall_clock() if since is None else since, reason)
        self.touch()

    def touch(self) -> None:
        """Something changed: what is derived is derived anew when it is looked at."""
        self._world = None
        self._stale_views = set(self.views)

    def view(self, view: str) -> Published:
        """A view, up to date. Raises KeyError for one that is not declared."""
        published = self.views[view]
        if view in self._stale_views:
            published.update(self.world, self.freshness)
            self._stale_views.discard(view)
        return published

    def exists(self, node: str) -> bool:
        """Whether a node with this id is on the map just now."""
        world = self.world
        if node in world.containers or node in world.hosts or node in world.snapshot.processes:
            return True
        return any(node in (link.source, link.target) for link in world.links) or (
            node == INTERNET and any(n.id == node for n in self.view("containers").now.nodes)
        )

    def limits(self, node: str) -> Limits:
        """What bounds the node's CPU and memory."""
        world = self.world
        return nodes.make(world, node).limits if self.exists(node) else Limits()

    def overview(self) -> Overview:
        views = [self.view(view_id).now for view_id in VIEWS]
        return Overview(
            views=[
                ViewSummary(
                    view.view,
                    VIEWS[view.view].label,
                    ViewCounts(
                        len(view.nodes),
                        len(view.edges),
                        sum(1 for node in view.nodes if node.status in _UNHEALTHY),
                    ),
                )
                for view in views
            ],
            taken_at=self.snapshot.taken_at,
            stale_since=self.freshness.stale_since,
            stale_reason=self.freshness.stale_reason,
            probes=self._probes(),
            summary=self._summary(),
        )

    def _probes(self) -> list[Probe]:
        found = []
        for host in self.world.hosts.values():
            live = self.overlay.get(host.host_id)
            degraded = list(host.degraded)
            if live and live.skew_seconds is not None and abs(live.skew_seconds) > 2:
                why = f"the host's clock is {live.skew_seconds:+.1f} s off this one's"
                degraded.append(Degraded("clock", why))
            if host.targets and not host.up:
                degraded.append(Degraded("scrape", host.latest.down_reason))
            found.append(
                Probe(
                    host_id=host.host_id,
                    hostname=host.hostname,
                    instance=host.latest.instance if host.targets else "",
                    up=host.up,
                    tunnel=bool(live and live.connected),
                    control=live.control if live and live.connected else (),
                    skew_seconds=live.skew_seconds if live else None,
                    degraded=tuple(degraded),
                    version=host.version,
                )
            )
        return sorted(found, key=lambda probe: (probe.hostname, probe.host_id))

    def _summary(self) -> Summary:
        containers = self.view("containers").now
        hosts = list(self.world.hosts.values())
        rates = [edge.bytes_per_second for edge in containers.edges]
        return Summary(
            nodes=len(containers.nodes),
            unhealthy=sum(1 for node in containers.nodes if node.status in _UNHEALTHY),
            cpu_cores_used=total(host.metrics.cpu for host in hosts),
            cpu_cores=total(host.cores for host in hosts),
            memory_used=total(host.metrics.memory for host in hosts),
            memory_total=total(host.memory_total for host in hosts),
            bytes_per_second=total(
                rate.transmit + rate.receive if rate else None for rate in rates
            ),
            edges=len(containers.edges),
        )
