"""A client of the live map that does what a page does with the messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

import msgspec

from promscope_api.graph.model import Edge, Group, Node, Topology


class Gap(Exception):
    """A message builds on a version that this client does not have."""


@dataclass
class Client:
    version: int = 0
    nodes: dict[str, Any] = field(default_factory=dict)
    edges: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, Any] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def full(cls, topology: Topology) -> Self:
        made = cls()
        made.take({"type": "full", **msgspec.json.decode(msgspec.json.encode(topology))})
        return made

    def take(self, message: dict[str, Any], *, check_base: bool = True) -> None:
        """Apply one message. Raises Gap."""
        kind = message["type"]
        if kind == "full":
            for name in ("nodes", "edges", "groups"):
                setattr(self, name, {item["id"]: item for item in message[name]})
        elif check_base and message["base"] != self.version:
            raise Gap(f"{kind} builds on {message['base']}, this is {self.version}")
        elif kind == "delta":
            for name in ("nodes", "edges", "groups"):
                held = getattr(self, name)
                for gone in message[name]["remove"]:
                    del held[gone]
                for item in message[name]["upsert"]:
                    held[item["id"]] = item
        elif kind == "metrics":
            for node, metrics in message["nodes"].items():
                self.nodes[node] = {**self.nodes[node], "metrics": metrics}
            for edge, numbers in message["edges"].items():
                self.edges[edge] = {**self.edges[edge], **numbers}
        else:
            raise ValueError(kind)
        self.version = message["version"]
        self.head.update(
            {name: message[name] for name in _HEAD if name in message and kind != "metrics"}
        )
        self.head["taken_at"] = message["taken_at"]

    @property
    def topology(self) -> Topology:
        return Topology(
            self.head["view"],
            self.version,
            self.head["taken_at"],
            self.head["stale_since"],
            self.head["stale_reason"],
            msgspec.convert(list(self.nodes.values()), list[Node]),
            msgspec.convert(list(self.edges.values()), list[Edge]),
            msgspec.convert(list(self.groups.values()), list[Group]),
        )

    def same_as(self, topology: Topology) -> bool:
        """Whether this client shows what `topology` says, whatever the order."""
        mine = self.topology
        return (
            sorted(mine.nodes, key=_id) == sorted(topology.nodes, key=_id)
            and sorted(mine.edges, key=_id) == sorted(topology.edges, key=_id)
            and sorted(mine.groups, key=_id) == sorted(topology.groups, key=_id)
        )


_HEAD = ("view", "stale_since", "stale_reason")


def _id(item: Node | Edge | Group) -> str:
    return item.id
