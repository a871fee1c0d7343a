"""Search over every entity and field, ranked, with the field that matched."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Node, NodeKind

#: What a match in a field is worth; fields not named here are worth 1.
_WORTH = {"label": 8.0, "id": 5.0, "service": 4.0, "project": 4.0, "image": 3.0, "addresses": 3.0}
MAX_WORDS = 16


class Matched(msgspec.Struct, frozen=True):
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


class _Entry(msgspec.Struct, gc=False):
    node: Node
    view: str
    fields: list[tuple[str, str, str]]
    text: str


class Index:
    """The searchable text of one state of the graph."""

    def __init__(self, graph: Graph) -> None:
        self.world = graph.world
        self._entries: list[_Entry] = []
        seen: set[str] = set()
        for view in ("containers", "hosts", "processes"):
            for node in graph.view(view).now.nodes:
                if node.id not in seen:
                    seen.add(node.id)
                    fields = [(name, value, value.lower()) for name, value in self._fields(node)]
                    # The unit separator cannot be typed, so no word matches across two fields.
                    text = "\x1f".join(lowered for _, _, lowered in fields)
                    self._entries.append(_Entry(node, view, fields, text))

    def search(self, query: str, limit: int) -> Found:
        """Nodes in which every word of `query` occurs, the best first."""
        words = query.lower().split()[:MAX_WORDS]
        ranked: list[tuple[float, str, Hit]] = []
        by_view: dict[str, int] = {}
        for entry in self._entries if words else ():
            if not all(word in entry.text for word in words):
                continue
            score, matched = _rank(entry, words)
            node = entry.node
            by_view[entry.view] = by_view.get(entry.view, 0) + 1
            hit = Hit(node.id, node.kind, node.label, entry.view, matched)
            ranked.append((-score, node.label, hit))
        ranked.sort(key=lambda item: (item[0], item[1], item[2].id))
        return Found(query, len(ranked), [hit for _, _, hit in ranked[:limit]], by_view)

    def _fields(self, node: Node) -> Iterator[tuple[str, str]]:
        yield "label", node.label
        yield "id", node.id
        yield "kind", node.kind
        yield "state", node.state
        yield "status", node.status
        yield from node.facts.items()
        for reason in node.reasons:
            yield "reason", reason
        container = self.world.containers.get(node.id)
        if container is not None:
            for name, value in container.labels.items():
                yield f"label.{name}", value
        record = self.world.records.get(node.id)
        if record is None:
            return
        yield "full id", record.id
        yield "image id", record.image_id
        for name, value in record.labels.items():
            yield f"label.{name}", value
        for name in record.environment:
            yield "environment", name
        for port in record.ports:
            yield "port", f"{port.host_port or port.port}/{port.protocol}"
        for mount in record.mounts:
            yield "mount", f"{mount.source} {mount.destination}".strip()
        for network in record.networks:
            yield "network", f"{network.name} {' '.join(network.addresses)}".strip()


def _rank(entry: _Entry, words: list[str]) -> tuple[float, Matched]:
    """The sum over the words of their best match, and the best match of all."""
    total, best = 0.0, (0.0, Matched("", ""))
    for word in words:
        word_best = 0.0
        for name, value, lowered in entry.fields:
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
