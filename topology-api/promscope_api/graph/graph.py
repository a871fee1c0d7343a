"""The graph as a whole: the last snapshot, the live overlay, and every view as published."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator

import msgspec

from promscope_api.graph import nodes
from promscope_api.graph.cut import Cut
from promscope_api.graph.cuts import Cuts
from promscope_api.graph.edges import total
from promscope_api.graph.index import Index
from promscope_api.graph.layout import Layout
from promscope_api.graph.model import (
    Degraded,
    Limits,
    Overview,
    Probe,
    Summary,
    ViewCounts,
    ViewSummary,
)
from promscope_api.graph.overlay import Live, Overlay
from promscope_api.graph.published import Freshness, Published
from promscope_api.graph.sight import EVERYTHING, Sight
from promscope_api.graph.snapshot import Host, Snapshot
from promscope_api.graph.thresholds import Thresholds
from promscope_api.graph.topic import Topic
from promscope_api.graph.views import THINGS, VIEWS, Bundles, View, children, find
from promscope_api.graph.world import World, compose
from promscope_wire.ids import INTERNET

_UNHEALTHY = ("warning", "critical")
#: Views and parts of views that are kept beside those somebody follows.
TOPICS = 64
#: How long after a search the index is made ready for the next one.
SEARCHED_SECONDS = 60.0
#: Layouts that are kept: those of views by label outlive the views themselves.
LAYOUTS = 256
#: Sights whose graphs are kept: there are as many as roles that differ in what they show.
SIGHTS = 32


class Graph:
    """Used by one thread. Views are brought up to date when somebody looks at them.

    `at`: the moment this is a graph of, in Unix seconds; None: of now.
    """

    def __init__(
        self,
        wall_clock: Callable[[], float] = time.time,
        at: float | None = None,
        present: Graph | None = None,
        thresholds: Thresholds | None = None,
        whole: Graph | None = None,
        sight: Sight | None = None,
    ) -> None:
        """Of a past moment `at`: `present` is the graph of now, whose places nodes keep. What
        somebody may see of the graph `whole`: their `sight`.
        """
        self.at = at
        self._present = present
        inherited: Thresholds | None = present.thresholds if present is not None else None
        self.thresholds: Thresholds = thresholds or inherited or Thresholds()
        self._wall_clock = wall_clock
        self.snapshot = Snapshot()
        self.overlay = Overlay(wall_clock)
        self._published: OrderedDict[Topic, Published] = OrderedDict()
        self._layouts: OrderedDict[str, Layout] = OrderedDict()
        self._keep: Callable[[Topic], bool] = lambda _topic: False
        self.freshness = Freshness(wall_clock(), "waiting for the first answer of Prometheus")
        self.built = self.tried = False
        self._cuts: Cuts | None = None
        self._last_index: Index | None = None
        self._changed: set[str] = set()
        self._searched_at = -math.inf
        self._current: set[Topic] = set()
        self._summaries: list[ViewSummary] = []
        self._whole, self._sight = whole, sight
        self._followed: tuple[World, World] | None = None
        self._seen: OrderedDict[str, Graph] = OrderedDict()

    @property
    def sight(self) -> str:
        """The text of the sight that this is seen by; "" for everything."""
        return self._sight.text if self._sight else EVERYTHING

    def seen_by(self, sight: str) -> Graph:
        """What those see who have the sight with this text."""
        if sight == self.sight:
            return self
        found = self._seen.get(sight)
        if found is None:
            found = Graph(
                self._wall_clock, self.at, self._present, self.thresholds, self, Sight(sight)
            )
            found.keep(lambda topic: self._keep(msgspec.structs.replace(topic, sight=sight)))
            self._seen[sight] = found
            if len(self._seen) > SIGHTS:
                self._seen.popitem(last=False)
        self._seen.move_to_end(sight)
        return found

    def _follow(self, whole: Graph, sight: Sight) -> World:
        """What is seen of the whole as it is now."""
        world = whole.world
        if self._followed is None or self._followed[0] is not world:
            told = whole._present.world.records if whole._present else world.records
            self._followed = world, sight.of(world, told)
            self.snapshot, self.overlay = self._followed[1].snapshot, whole.overlay
            self.built, self.tried, self.freshness = whole.built, whole.tried, whole.freshness
            self.touch()
        return self._followed[1]

    @property
    def world(self) -> World:
        return self._now().world

    def _now(self) -> Cuts:
        """The views of now without places."""
        part = self._follow(self._whole, self._sight) if self._whole and self._sight else None
        if self._cuts is None:
            world = part or compose(self.snapshot, self.overlay, self.thresholds)
            self._cuts = Cuts(world, self._last_index)
        elif self._changed:
            self._cuts.mend(self.overlay, self._changed)
            # a whole view comes before its parts, which are shown in its places
            for topic in sorted(self._current, key=lambda one: bool(one.filter)):
                published = self._published[topic]
                cut = self._cuts.of(published.view, topic.filter)
                touched = self._cuts.touched(published.view, topic.filter)
                published.update(cut, self.snapshot.taken_at, self.freshness, touched)
            self._summaries = []
        self._changed = set()
        return self._cuts

    def take(self, snapshot: Snapshot) -> list[Host]:
        """A round succeeded. The hosts that left the map with it: nobody scrapes them any more,
        and what Prometheus remembers of them is over.
        """
        left = [host for key, host in self.snapshot.hosts.items() if key not in snapshot.hosts]
        self.snapshot = snapshot
        self.built = self.tried = True
        self.freshness = Freshness()
        self.overlay.scraped(snapshot)
        self.touch()
        return left

    def fail(self, reason: str) -> None:
        """A round failed: the last snapshot stays, and is said to be stale."""
        self.tried = True
        since = self.freshness.stale_since
        self.freshness = Freshness(self._wall_clock() if since is None else since, reason)
        self.touch()

    def touch(self, container: str = "") -> None:
        """Something changed, or only this container: what is derived is derived anew, or mended,
        when it is looked at.
        """
        if container:
            self._changed.add(container)
            return
        if self._cuts is not None:
            self._last_index = self._cuts.last_index
        self._cuts = None
        self._current.clear()
        self._summaries = []

    def keep(self, watched: Callable[[Topic], bool]) -> None:
        """Which topics somebody follows: they stay as they are however many others are asked."""
        self._keep = watched

    def things(self, view: str) -> Cut:
        """A view of things, without places. Raises KeyError for any other."""
        return self._now().things(view)

    @property
    def index(self) -> Index:
        """All nodes, ready to be asked."""
        self._searched_at = self._wall_clock()
        return self._now().index

    def prepare(self) -> Iterator[None]:
        """Make the index of a new round, step by step, if somebody has searched lately: so the
        next search does not wait for it.
        """
        if self._wall_clock() - self._searched_at > SEARCHED_SECONDS:
            return
        for view in THINGS:
            self.things(view)
            yield
        _ = self._now().index

    def cut(self, view: View, query: str = "") -> Cut:
        """A view without places; `query` filters the things in it, or that it sums up."""
        return self._now().of(view, query)

    def published(self, topic: Topic) -> Published:
        """A view or a part of it, as it was last looked at. Raises KeyError for no such view."""
        found = self._published.get(topic)
        if found is None:
            view = find(topic.view)
            if view is None:
                raise KeyError(topic.view)
            whole = self.published(Topic(topic.view)) if topic.filter else None
            found = Published(view, whole.layout if whole else self.layout(view.id), whole)
            self._published[topic] = found
            if self._present is not None and whole is None:
                found.layout.restore(self._present.view(topic.view).layout.places)
        self._published.move_to_end(topic)
        if len(self._published) > TOPICS:
            self._drop(topic)
        return found

    def _drop(self, wanted: Topic) -> None:
        """Forget what nobody asked for for longest. What holds a layout that is in use stays."""
        in_part = {topic.view for topic in self._published if topic.filter}
        for topic in self._published:
            held = not topic.filter and (topic.view in VIEWS or topic.view in in_part)
            if topic != wanted and not held and not self._keep(topic):
                del self._published[topic]
                self._current.discard(topic)
                return

    def layout(self, view: str) -> Layout:
        """The places of a view, looked at or not. Raises KeyError for no such view."""
        if find(view) is None:
            raise KeyError(view)
        found = self._layouts.setdefault(view, Layout())
        self._layouts.move_to_end(view)
        if len(self._layouts) > LAYOUTS:
            del self._layouts[next(one for one in self._layouts if one not in VIEWS)]
        return found

    def layouts(self) -> list[tuple[str, Layout]]:
        """The layouts of all views."""
        return list(self._layouts.items())

    def view(self, view: str, query: str = "") -> Published:
        """A view up to date, or what `query` leaves of it. Raises KeyError, BadQuery."""
        topic = Topic(view, query)
        self._now()
        published = self.published(topic)
        if topic not in self._current:
            if query:
                self.view(view)
            elif self._whole is not None:
                published.layout.adopt(self._whole.view(view).layout.places)
            fresh = self.cut(published.view, query)
            published.update(fresh, self.snapshot.taken_at, self.freshness)
            self._current.add(topic)
        return published

    def exists(self, node: str) -> bool:
        """Whether a node with this id is on the map just now."""
        world = self.world
        if node in world.containers or node in world.hosts or node in world.snapshot.processes:
            return True
        return any(node in (link.source, link.target) for link in world.links) or (
            node == INTERNET and node in self.things("containers").nodes
        )

    def measures(self, node: str) -> bool:
        """Whether the numbers of a node on the map may be asked for."""
        return self.exists(node) and node not in self.world.named

    def limits(self, node: str) -> Limits:
        """What bounds the node's CPU and memory."""
        world = self.world
        return nodes.make(world, node).limits if self.exists(node) else Limits()

    def overview(self) -> Overview:
        self._now()
        # Every page asks for it every few seconds, and it looks at every view there is.
        self._summaries = self._summaries or [
            _summary_of(view, self.cut(view)) for view in VIEWS.values()
        ]
        return Overview(
            views=self._summaries,
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
                    last_contact=_last_contact(host, live),
                )
            )
        return sorted(found, key=lambda probe: (probe.hostname, probe.host_id))

    def _summary(self) -> Summary:
        containers = self.things("containers")
        hosts = list(self.world.hosts.values())
        rates = [edge.bytes_per_second for edge in containers.edges.values()]
        return Summary(
            nodes=len(containers.nodes),
            unhealthy=_unhealthy(containers),
            cpu_cores_used=total(host.metrics.cpu for host in hosts),
            cpu_cores=total(host.cores for host in hosts),
            memory_used=total(host.metrics.memory for host in hosts),
            memory_total=total(host.memory_total for host in hosts),
            bytes_per_second=total(
                rate.transmit + rate.receive if rate else None for rate in rates
            ),
            edges=len(containers.edges),
        )


def _summary_of(view: View, shown: Cut) -> ViewSummary:
    return ViewSummary(
        id=view.id,
        label=view.label,
        counts=ViewCounts(len(shown.nodes), len(shown.edges), _unhealthy(shown)),
        kind=view.kind,
        groups=view.source.of if isinstance(view.source, Bundles) else "",
        parents=view.parents,
        children=children(view.id),
        columns=view.columns,
    )


def _unhealthy(shown: Cut) -> int:
    return sum(1 for node in shown.nodes.values() if node.status in _UNHEALTHY)


def _last_contact(host: Host, live: Live | None) -> float | None:
    """When the probe was last scraped or heard."""
    moments = [target.scraped_at for target in host.targets]
    return max((*moments, live.heard_at if live else 0.0)) or None
