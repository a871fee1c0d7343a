"""A view without positions."""

from __future__ import annotations

import msgspec

from promscope_api.graph.model import Edge, Group, Node


class Cut(msgspec.Struct, frozen=True):
    """Nodes, edges and groups by id. Read them at once: a change of the graph mends them."""

    nodes: dict[str, Node]
    edges: dict[str, Edge]
    groups: dict[str, Group]
