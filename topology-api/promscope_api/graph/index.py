"""Every node of the graph, ready to be asked: an entry each, made anew only where it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Self

import msgspec
import numpy as np

from promscope_api.graph.column import Column, Mask, Numbers, numbers
from promscope_api.graph.entry import Entry, entry, label_field
from promscope_api.graph.model import Node
from promscope_api.graph.world import World
from promscope_api.query.fields import FIELDS, LABEL
from promscope_api.query.pattern import pattern
from promscope_api.query.syntax import And, Expression, Has, Not, Or, Term, Text

_COMPARE = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal,
    "!=": np.not_equal,
}  # fmt: skip


class Index:
    """The entries of one state of the graph. What is asked often is kept as long as it is."""

    def __init__(self, world: World, by_id: dict[str, Entry]) -> None:
        self.world = world
        self.by_id = by_id
        self.entries = list(by_id.values())
        self._ids = np.array(list(by_id), dtype=object)
        self._columns: dict[str, Column] = {}
        self._numbers: dict[str, Numbers] = {}
        self._masks: dict[str, Mask] = {}

    @classmethod
    def of(
        cls, world: World, views: Iterable[tuple[str, Iterable[Node]]], before: Index | None = None
    ) -> Self:
        """`views`: each node is an entry of the first view it is in. `before`: the index of the
        state before, whose entries are used again where they still tell the truth.
        """
        known = before.by_id if before is not None else {}
        by_id: dict[str, Entry] = {}
        for view, nodes in views:
            for node in nodes:
                if node.id not in by_id:
                    by_id[node.id] = _entry(world, node, view, known.get(node.id))
        return cls(world, by_id)

    def mended(self, news: Index, keys: Iterable[str]) -> Index:
        """With the entries that `news` has of these nodes; those it has none of are gone."""
        by_id = dict(self.by_id)
        for key in keys:
            entry = news.by_id.get(key)
            if entry is None:
                by_id.pop(key, None)
            else:
                by_id[key] = entry
        return Index(news.world, by_id)

    def ids(self, expression: Expression) -> frozenset[str]:
        """The ids of the nodes an expression is true of."""
        return frozenset(self._ids[self.mask(expression)].tolist())

    def matches(self, expression: Expression) -> Iterator[Entry]:
        for row in np.flatnonzero(self.mask(expression)).tolist():
            yield self.entries[row]

    def mask(self, expression: Expression) -> Mask:
        """Which entries an expression is true of."""
        key = str(expression)
        found = self._masks.get(key)
        if found is None:
            found = self._masks[key] = self._mask(expression)
        return found

    def _mask(self, expression: Expression) -> Mask:
        match expression:
            case Text(text):
                return self._with_text(text.lower())
            case Has(field):
                if field in FIELDS and FIELDS[field].kind == "number":
                    return ~np.isnan(self._number(field))
                return self.column(field).where(lambda _value: True)
            case Term():
                return self._compare(expression)
            case Not(item):
                return ~self.mask(item)
            case And(items):
                return np.asarray(np.all([self.mask(item) for item in items], axis=0))
            case Or(items):
                return np.asarray(np.any([self.mask(item) for item in items], axis=0))

    def _with_text(self, text: str) -> Mask:
        found = (text in one.text for one in self.entries)
        return np.fromiter(found, dtype=np.bool_, count=len(self.entries))

    def _compare(self, term: Term) -> Mask:
        if term.number is not None:
            values = self._share(term.field) if term.percent else self._number(term.field)
            # What is not measured is neither more nor less, and not other than anything either.
            with np.errstate(invalid="ignore"):
                return _COMPARE[term.operator](values, term.number) & ~np.isnan(values)
        if term.operator in ("!=", "!~"):
            return ~self.column(term.field).where(_test(term.operator[1:], term.value))
        return self.column(term.field).where(_test(term.operator, term.value))

    def column(self, name: str) -> Column:
        """The values of a text field; a label by its own or its Prometheus name."""
        key = label_field(name[len(LABEL) :]) if name.startswith(LABEL) else name
        if key not in self._columns:
            self._columns[key] = Column(self.entries, key)
        return self._columns[key]

    def labels(self) -> list[str]:
        """The fields of the container labels there are."""
        return sorted({f for one in self.entries for f in one.values if f.startswith(LABEL)})

    def _number(self, name: str) -> Numbers:
        if name not in self._numbers:
            self._numbers[name] = numbers(self.entries, name)
        return self._numbers[name]

    def _share(self, name: str) -> Numbers:
        """Per cent of what each node may use: its limit, or else its host's capacity."""
        key = f"{name}%"
        if key not in self._numbers:
            own = {key: getattr(one.node.limits, name) for key, one in self.by_id.items()}
            bounds = [
                own[key] or next((own[p] for p in one.node.parents if own.get(p)), None) or np.nan
                for key, one in self.by_id.items()
            ]
            may = np.array(bounds, dtype=np.float64)
            with np.errstate(invalid="ignore", divide="ignore"):
                self._numbers[key] = self._number(name) / may * 100
        return self._numbers[key]


def _entry(world: World, node: Node, view: str, before: Entry | None) -> Entry:
    container = world.containers.get(node.id)
    record = world.records.get(node.id)
    if before is None or before.view != view or not before.describes(node, container, record):
        return entry(node, view, container, record)
    return msgspec.structs.replace(before, node=node)


def _test(operator: str, value: str) -> Callable[[str], bool]:
    if operator == "~":
        return pattern(value)
    lowered = value.lower()
    return partial(_contains if operator == ":" else _equals, lowered)


def _contains(lowered: str, value: str) -> bool:
    return lowered in value.lower()


def _equals(lowered: str, value: str) -> bool:
    return lowered == value.lower()
