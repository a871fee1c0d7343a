"""What can be asked of one node: every field and value a query can name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

import msgspec

from promscope_api.graph.model import Node
from promscope_api.graph.snapshot import Container
from promscope_api.query.fields import LABEL
from promscope_wire.frames import ContainerRecord

#: Stands between values in an entry's text: it cannot be typed, so no word spans two of them.
SEPARATOR = "\x1f"
#: Fields whose facts have another name on the page.
_RENAMED = {"addresses": "address"}
_LISTS = frozenset(("addresses",))
_NOT_A_NAME = re.compile(r"[^a-zA-Z0-9_]", re.ASCII)
_NO_LABELS: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=4096)
def label_field(name: str) -> str:
    """The field of a label, the same for its own and for its Prometheus name."""
    return LABEL + _NOT_A_NAME.sub("_", name).lower()


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A node of `view` with the values of each field, those worth most first; `text` is all
    values in lower case.
    """

    node: Node
    view: str
    labels: Mapping[str, str]
    image_id: str
    record: ContainerRecord | None
    values: Mapping[str, tuple[str, ...]]
    text: str

    def describes(
        self, node: Node, container: Container | None, record: ContainerRecord | None
    ) -> bool:
        """Whether the values are still those of the node; its numbers may be others."""
        mine = self.node
        return (
            mine.facts == node.facts
            and self.record is record
            and mine.state == node.state
            and mine.status == node.status
            and mine.reasons == node.reasons
            and mine.label == node.label
            and (container is None or self.labels == container.labels)
            and (container is None or self.image_id == container.image_id)
        )


def entry(
    node: Node,
    view: str,
    container: Container | None = None,
    record: ContainerRecord | None = None,
) -> Entry:
    """The entry of a node. `container` is what it is of, `record` what a tunnel told about it."""
    labels = container.labels if container is not None else _NO_LABELS
    image_id = container.image_id if container is not None else ""
    values: dict[str, tuple[str, ...]] = {}
    for field, value in _values(node, labels, image_id, record):
        known = values.get(field, ())
        if value and value not in known:
            values[field] = (*known, value)
    text = SEPARATOR.join(value for many in values.values() for value in many).lower()
    return Entry(node, view, labels, image_id, record, values, text)


def _values(
    node: Node, labels: Mapping[str, str], image_id: str, record: ContainerRecord | None
) -> Iterator[tuple[str, str]]:
    yield "name", node.label
    yield "id", node.id
    for name, value in node.facts.items():
        if name in _LISTS:
            for one in value.split(", "):
                yield _RENAMED[name], one
        else:
            yield name, value
    yield "kind", node.kind
    yield "state", node.state
    yield "status", node.status
    if node.kind == "host":
        yield "host", node.label
    if node.parents and node.parents[-1].startswith("host:"):
        yield "host", node.parents[-1]
    for reason in node.reasons:
        yield "reason", reason
    if node.kind == "processes":
        yield "owner", node.parents[0]
    if image_id and record is None:
        yield "image_id", image_id
    for name, value in labels.items():
        yield label_field(name), value
    if record is not None:
        yield from _recorded(record)


def _recorded(record: ContainerRecord) -> Iterator[tuple[str, str]]:
    yield "id", record.id
    yield "image_id", record.image_id
    for name, value in record.labels.items():
        yield label_field(name), value
    for name in record.environment:
        yield "environment", name
    for port in record.ports:
        yield "port", f"{port.host_port or port.port}/{port.protocol}"
    for mount in record.mounts:
        yield "mount", mount.source
        yield "mount", mount.destination
    for network in record.networks:
        yield "network", network.name
        for address in network.addresses:
            yield "address", address
