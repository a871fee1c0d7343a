"""What watchers of a view hold, and what brings them up to date: structure and numbers apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from promscope_api.graph.cut import Cut
from promscope_api.graph.model import (
    Edge,
    EdgeChanges,
    EdgeMetrics,
    Group,
    GroupChanges,
    Metrics,
    Node,
    NodeChanges,
)
from promscope_api.graph.touched import Touched

_NO_METRICS = Metrics()
Item = TypeVar("Item", Node, Edge, Group)
Changes = tuple[NodeChanges, EdgeChanges, GroupChanges]
NOTHING: Changes = NodeChanges([], []), EdgeChanges([], []), GroupChanges([], [])
Numbers = tuple[dict[str, Metrics], dict[str, EdgeMetrics]]


class Told:
    """What was told. Only what was touched since is looked at."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._edges: dict[str, Edge] = {}
        self._groups: dict[str, Group] = {}
        self._news: tuple[set[str], set[str], set[str]] = set(), set(), set()
        self._numbers: tuple[set[str], set[str]] = set(), set()

    def touch(self, touched: Touched) -> None:
        """The view may be another than what was told in these."""
        for news, keys in zip(
            self._news, (touched.nodes, touched.edges, touched.groups), strict=True
        ):
            news.update(keys)

    def structure(self, now: Cut) -> Changes | None:
        """What came, went, or changed in anything but numbers; None if nothing did. From then on
        it is told.
        """
        nodes, edges, groups = self._news
        numbers_of_nodes, numbers_of_edges = self._numbers
        changes = (
            NodeChanges(*_changes(nodes, self._nodes, now.nodes, _same_node, numbers_of_nodes)),
            EdgeChanges(*_changes(edges, self._edges, now.edges, _same_edge, numbers_of_edges)),
            GroupChanges(*_changes(groups, self._groups, now.groups, _same_group, set())),
        )
        return changes if any(one.upsert or one.remove for one in changes) else None

    def numbers(self, now: Cut) -> Numbers:
        """The numbers that are other than told, of what was told. From then on they are told."""
        nodes, edges = self._numbers
        found = (
            {key: now.nodes[key].metrics for key in nodes},
            {key: _metrics(now.edges[key]) for key in edges},
        )
        self._nodes.update((key, now.nodes[key]) for key in nodes)
        self._edges.update((key, now.edges[key]) for key in edges)
        nodes.clear()
        edges.clear()
        return found


def _changes(
    news: set[str],
    told: dict[str, Item],
    now: Mapping[str, Item],
    same: Callable[[Item, Item], bool],
    numbers: set[str],
) -> tuple[list[Item], list[str]]:
    """What to tell of the news; those that differ in numbers only are noted in `numbers`."""
    upsert, remove = [], []
    for key in news:
        before, after = told.get(key), now.get(key)
        if after is None:
            if before is not None:
                del told[key]
                remove.append(key)
            numbers.discard(key)
        elif before is None or not same(before, after):
            told[key] = after
            upsert.append(after)
            numbers.discard(key)
        elif before != after:
            numbers.add(key)
        else:
            numbers.discard(key)
    news.clear()
    return upsert, remove


def everything(before: Cut, now: Cut) -> Touched:
    """All that one of the two has."""
    return Touched.of(
        _keys(before.nodes, now.nodes),
        _keys(before.edges, now.edges),
        _keys(before.groups, now.groups),
    )


def _keys(*some: Iterable[str]) -> set[str]:
    return set().union(*some)


def _same_node(a: Node, b: Node) -> bool:
    if a.metrics != b.metrics:
        a = msgspec.structs.replace(a, metrics=_NO_METRICS)
        b = msgspec.structs.replace(b, metrics=_NO_METRICS)
    return a == b


def _same_edge(a: Edge, b: Edge) -> bool:
    # Source, target, port and protocol are the id.
    return a.service == b.service and a.processes == b.processes


def _same_group(a: Group, b: Group) -> bool:
    return a == b


def _metrics(edge: Edge) -> EdgeMetrics:
    return EdgeMetrics(
        edge.connections,
        edge.bytes_per_second,
        edge.connects_per_second,
        edge.failed_per_second,
    )
