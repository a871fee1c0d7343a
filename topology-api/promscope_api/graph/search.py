"""Search over every entity and field, ranked, with the field that matched."""

from __future__ import annotations

import heapq

import msgspec

from promscope_api.graph.entry import Entry
from promscope_api.graph.index import Index
from promscope_api.graph.model import NodeKind
from promscope_api.query.syntax import Expression, words

#: What a match in a field is worth; fields not named here are worth 1.
_WORTH = {"name": 8.0, "id": 5.0, "service": 4.0, "project": 4.0, "image": 3.0, "address": 3.0}
#: So many hits are compared in full for each that is asked for; the others by where the first
#: word occurs in their text, which begins with the fields that are worth most.
_CANDIDATES = 10


class Matched(msgspec.Struct, frozen=True):
    """Empty where no word was looked for."""

    field: str
    value: str


class Hit(msgspec.Struct, frozen=True):
    id: str
    kind: NodeKind
    label: str
    view: str
    matched: Matched


class Found(msgspec.Struct, frozen=True):
    """The best hits, and how many there are in all and in each view."""

    query: str
    total: int
    hits: list[Hit]
    by_view: dict[str, int]


def search(index: Index, query: str, expression: Expression | None, limit: int) -> Found:
    """The nodes that `expression` (of the text `query`) is true of, the best first."""
    if expression is None:
        return Found(query, 0, [], {})
    looked_for = words(expression)
    matches = list(index.matches(expression))
    by_view: dict[str, int] = {}
    for entry in matches:
        by_view[entry.view] = by_view.get(entry.view, 0) + 1
    if len(matches) > _CANDIDATES * limit:
        first = looked_for[0] if looked_for else ""
        best = heapq.nsmallest(_CANDIDATES * limit, matches, key=lambda one: _where(first, one))
    else:
        best = matches
    ranked = []
    for entry in best:
        score, matched = _rank(entry, looked_for)
        node = entry.node
        ranked.append(
            (-score, node.label, Hit(node.id, node.kind, node.label, entry.view, matched))
        )
    ranked.sort(key=lambda item: (item[0], item[1], item[2].id))
    return Found(query, len(matches), [hit for _, _, hit in ranked[:limit]], by_view)


def _where(word: str, entry: Entry) -> int:
    at = entry.text.find(word)
    return at if at >= 0 else len(entry.text)


def _rank(entry: Entry, looked_for: tuple[str, ...]) -> tuple[float, Matched]:
    """The sum over the words of their best match, and the best match of all."""
    total, best = 0.0, (0.0, Matched("", ""))
    for word in looked_for:
        word_best = 0.0
        for name, value in ((name, value) for name, many in entry.values.items() for value in many):
            lowered = value.lower()
            at = lowered.find(word)
            if at < 0:
                continue
            worth = _WORTH.get(name, 1.0) * (1.0 + len(word) / (len(lowered) or 1))
            if lowered == word:
                worth *= 3
            elif at == 0:
                worth *= 2
            elif not lowered[at - 1].isalnum():
                worth *= 1.5
            word_best = max(word_best, worth)
            if worth > best[0]:
                best = (worth, Matched(name, value[:200]))
        total += word_best
    return total, best[1]
