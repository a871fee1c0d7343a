"""One view as it was last published: its version, its positions and its pre-dumped bytes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from promscope_api.graph.channel import Place
from promscope_api.graph.coding import Encoding, compress
from promscope_api.graph.cut import Cut
from promscope_api.graph.delta import NOTHING, Told, everything
from promscope_api.graph.hulls import Hulls
from promscope_api.graph.layout import Layout
from promscope_api.graph.model import Delta, Edge, Full, Group, MetricsUpdate, Node, Topology
from promscope_api.graph.touched import Touched
from promscope_api.graph.views import View

_encode = msgspec.json.Encoder().encode
_FULL_FIELDS = Topology.__struct_fields__
Item = TypeVar("Item", Node, Edge, Group)


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
        self._placed: dict[str, Place] = {}
        self._moves = 0
        self.version = time.time_ns() // 1_000_000
        self._shown = Cut({}, {}, {})
        self._head: tuple[float | None, Freshness] = None, Freshness()
        self._topology: Topology | None = None
        self._bodies: dict[Encoding, bytes] = {}
        self._told = Told()
        self.told_version = self._told_up_to = self.version
        self._told_head: tuple[float | None, Freshness] = self._head

    @property
    def now(self) -> Topology:
        """The view, its nodes in the order of their ids."""
        if self._topology is None:
            taken_at, freshness = self._head
            self._topology = Topology(
                self.view.id,
                self.version,
                taken_at,
                freshness.stale_since,
                freshness.stale_reason,
                [self._shown.nodes[key] for key in sorted(self._shown.nodes)],
                list(self._shown.edges.values()),
                list(self._shown.groups.values()),
            )
        return self._topology

    def update(
        self,
        fresh: Cut,
        taken_at: float | None,
        freshness: Freshness,
        touched: Touched | None = None,
    ) -> None:
        """Take the view as it is now; its version grows if anything changed. A whole view comes
        before its parts. `touched`: nothing else is other than it was (None: anything may be).
        """
        whole = touched is None
        if touched is None:
            touched = everything(self._shown, fresh)
        if self._whole is None and (whole or self._is_rearranged(fresh, touched)):
            self.layout.settle(fresh, connected=whole or self._is_connected(fresh, touched))
        moved = self._moved(fresh, touched)
        changed = Touched.of(
            self._take_nodes(fresh, touched.nodes | moved),
            self._take_edges(fresh, touched.edges),
            self._take_groups(fresh, touched, moved),
        )
        self._told.touch(changed)
        if changed or self._head != (taken_at, freshness):
            self._head = taken_at, freshness
            self.version += 1
            self._topology = None
            self._bodies = {}

    def _is_rearranged(self, fresh: Cut, touched: Touched) -> bool:
        """Whether something came, went or is in another group now, or connections came while
        what is new is still arranged by them.
        """
        shown = self._shown

        def home(cut: Cut, key: str) -> tuple[bool, str | None]:
            node, group = cut.nodes.get(key), cut.groups.get(key)
            if node is not None:
                return True, node.group
            return (True, group.parent) if group is not None else (False, None)

        if self.layout.is_young and self._is_connected(fresh, touched):
            return True
        return any(home(shown, key) != home(fresh, key) for key in touched.nodes | touched.groups)

    def _is_connected(self, fresh: Cut, touched: Touched) -> bool:
        """Whether connections came; those that went pull nothing to another place."""
        return any(key in fresh.edges and key not in self._shown.edges for key in touched.edges)

    def _moved(self, fresh: Cut, touched: Touched) -> set[str]:
        """The nodes and groups that have another place than before."""
        keys = touched.nodes | touched.groups
        if self._moves != self.layout.moves:
            self._moves = self.layout.moves
            keys = keys | fresh.nodes.keys() | fresh.groups.keys()
        found = set()
        for key in keys:
            if key not in fresh.nodes and key not in fresh.groups:
                self._placed.pop(key, None)
                continue
            place = self.layout.places[key]
            if self._placed.get(key) is not place:
                self._placed[key] = place
                found.add(key)
        return found

    def _take_nodes(self, fresh: Cut, keys: Iterable[str]) -> set[str]:
        shown = self._shown.nodes
        changed = set()
        for key in keys:
            node = fresh.nodes.get(key)
            if node is not None:
                place = self._placed[key]
                at = (round(place.x, 1), round(place.y, 1))
                node = msgspec.structs.replace(node, position=at, radius=place.radius)
            if _take(shown, key, node):
                changed.add(key)
        return changed

    def _take_edges(self, fresh: Cut, keys: Iterable[str]) -> set[str]:
        shown = self._shown.edges
        return {key for key in keys if _take(shown, key, fresh.edges.get(key))}

    def _take_groups(self, fresh: Cut, touched: Touched, moved: set[str]) -> set[str]:
        stale = set(touched.groups)
        for key in moved:
            node = fresh.nodes.get(key)
            stale.add(key if node is None else node.group or "")
        drawn = self._hulls.around(fresh, self.layout.places, stale)
        changed = set()
        for key in stale | drawn.keys():
            group = fresh.groups.get(key)
            if group is not None:
                x, y, radius = drawn[key]
                at, size = (round(x, 1), round(y, 1)), round(radius, 1)
                group = msgspec.structs.replace(group, position=at, radius=size)
            if _take(self._shown.groups, key, group):
                changed.add(key)
        return changed

    def body(self, encoding: Encoding = "identity") -> bytes:
        """The view as JSON, in this content coding; made once for each version."""
        if not self._bodies:
            self._bodies["identity"] = _encode(self.now)
        found = self._bodies.get(encoding)
        if found is None:
            found = self._bodies[encoding] = compress(self._bodies["identity"], encoding)
        return found

    def full(self) -> bytes:
        """The message that starts a watcher off. Call it after `messages`, whose last version it
        has; its numbers may be newer than what the others were told, which does no harm.
        """
        fields = {name: getattr(self.now, name) for name in _FULL_FIELDS}
        return _encode(Full(**{**fields, "version": self.told_version}))

    def messages(self, *, with_numbers: bool) -> list[tuple[int, int, bytes]]:
        """What watchers must be told now: (base, version, JSON), in order.

        Without `with_numbers` the numbers wait, but for those of nodes that are news. What came
        and went untold has a version that no message leads to.
        """
        found: list[tuple[int, int, bytes]] = []
        if self._told_up_to == self.version:
            return found
        taken_at, fresh = self._head
        base = self.told_version
        changes = self._told.structure(self._shown)
        if changes is not None or self._told_head[1] != fresh:
            message = Delta(
                self.view.id, self.version, base, taken_at, fresh.stale_since,
                fresh.stale_reason, *(changes or NOTHING),
            )  # fmt: skip
            found.append((base, self.version, _encode(message)))
            self.told_version = base = self.version
            self._told_head = self._told_head[0], fresh
        if with_numbers:
            nodes, edges = self._told.numbers(self._shown)
            if nodes or edges or self._told_head[0] != taken_at:
                update = MetricsUpdate(self.view.id, self.version, base, taken_at, nodes, edges)
                found.append((base, self.version, _encode(update)))
                self.told_version = self.version
            self._told_head = self._head
            self._told_up_to = self.version
        return found


def _take(shown: dict[str, Item], key: str, item: Item | None) -> bool:
    """Show this item, or none, under its key; whether that is another than before."""
    if shown.get(key) == item:
        return False
    if item is None:
        del shown[key]
    else:
        shown[key] = item
    return True
