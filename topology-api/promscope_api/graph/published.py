"""One view as it was last published: its version, its positions and its pre-dumped bytes."""

from __future__ import annotations

import time

import msgspec

from promscope_api.graph import delta
from promscope_api.graph.channel import Place
from promscope_api.graph.coding import Encoding, compress
from promscope_api.graph.cut import Cut
from promscope_api.graph.hulls import Hulls
from promscope_api.graph.layout import Layout
from promscope_api.graph.model import Delta, Full, Topology
from promscope_api.graph.views import View

_encode = msgspec.json.Encoder().encode
_FULL_FIELDS = Topology.__struct_fields__


class Freshness(msgspec.Struct, frozen=True):
    """Since when Prometheus gives nothing new, and why; both None while it does."""

    stale_since: float | None = None
    stale_reason: str | None = None


class Published:
    """The state of one view, and what its watchers must be told to follow it.

    Versions start at the time of the process' start, so that none is ever used twice.
    """

    def __init__(self, view: View, layout: Layout, whole: Published | None = None) -> None:
        """`whole`: the unfiltered view, of which this shows a part in the same places."""
        self.view = view
        self.layout = layout
        self._whole = whole
        self._hulls = Hulls()
        start = time.time_ns() // 1_000_000
        self.now = Topology(view.id, start, None, None, None, [], [], [])
        self._told = self._told_of = self.now
        self._bodies: dict[Encoding, bytes] = {}
        self._body_version = 0

    def update(self, fresh: Cut, taken_at: float | None, freshness: Freshness) -> None:
        """Take the view as it is now; its version grows if anything changed. A whole view comes
        before its parts.
        """
        places = self.layout.places if self._whole is not None else self.layout.settle(fresh)
        hulls = self._hulls.around(fresh, places)
        nodes = [
            msgspec.structs.replace(
                node, position=_position(places[node.id]), radius=places[node.id].radius
            )
            for node in fresh.nodes.values()
        ]
        groups = []
        for group in fresh.groups.values():
            x, y, radius = hulls[group.id]
            at, size = (round(x, 1), round(y, 1)), round(radius, 1)
            groups.append(msgspec.structs.replace(group, position=at, radius=size))
        topology = Topology(
            self.view.id,
            self.now.version,
            taken_at,
            freshness.stale_since,
            freshness.stale_reason,
            nodes,
            list(fresh.edges.values()),
            groups,
        )
        if topology != self.now:
            self.now = msgspec.structs.replace(topology, version=self.now.version + 1)

    def body(self, encoding: Encoding = "identity") -> bytes:
        """The view as JSON, in this content coding; made once for each version."""
        if self._body_version != self.now.version:
            self._bodies = {"identity": _encode(self.now)}
            self._body_version = self.now.version
        found = self._bodies.get(encoding)
        if found is None:
            found = self._bodies[encoding] = compress(self._bodies["identity"], encoding)
        return found

    def full(self) -> bytes:
        """The message that starts a watcher off. Call it after `messages`, whose last version it
        has; its numbers may be newer than what the others were told, which does no harm.
        """
        fields = {name: getattr(self.now, name) for name in _FULL_FIELDS}
        return _encode(Full(**{**fields, "version": self._told.version}))

    @property
    def told_version(self) -> int:
        return self._told.version

    def messages(self, *, with_numbers: bool) -> list[tuple[int, int, bytes]]:
        """What watchers must be told now: (base, version, JSON), in order.

        Without `with_numbers` the numbers wait, but for those of nodes that are news.
        """
        found: list[tuple[int, int, bytes]] = []
        if self._told_of is self.now:
            return found
        change = delta.structure(self._told, self.now)
        if change is not None:
            found.append((change.base, change.version, _encode(change)))
            self._told = _with_numbers_of(self._told, self.now, change)
        if with_numbers:
            numbers = delta.metrics(self._told, self.now)
            told = self._told.version
            if numbers is not None:
                found.append((numbers.base, numbers.version, _encode(numbers)))
                told = numbers.version
            # What came and went untold has a version that no message leads to.
            self._told = msgspec.structs.replace(self.now, version=told)
            self._told_of = self.now
        return found


def _with_numbers_of(told: Topology, now: Topology, change: Delta) -> Topology:
    """What watchers hold after `change`: the structure of now, old numbers where not upserted."""
    news = {node.id for node in change.nodes.upsert} | {edge.id for edge in change.edges.upsert}
    nodes = {node.id: node for node in told.nodes if node.id not in news}
    edges = {edge.id: edge for edge in told.edges if edge.id not in news}
    return msgspec.structs.replace(
        now,
        nodes=[nodes.get(node.id, node) for node in now.nodes],
        edges=[edges.get(edge.id, edge) for edge in now.edges],
    )


def _position(place: Place) -> tuple[float, float]:
    return round(place.x, 1), round(place.y, 1)
