"""A view as the two data frames of Grafana's node graph panel, nodes and edges.

Field names are those of the panel (Grafana documentation, "Node graph: data API"); `fixedx` and
`fixedy` are our own positions, `arc__STATUS` colours the ring. Figures are texts with their unit,
because the panel prints numbers without one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Literal, get_args

import msgspec

from promscope_api.graph.model import Edge, Node, Status, Topology

_COLORS: dict[Status, str] = {
    "healthy": "green", "unknown": "gray", "warning": "orange", "critical": "red",
}  # fmt: skip
_PREFIXES = ("", "k", "M", "G", "T", "P")


class Color(msgspec.Struct, frozen=True, rename="camel"):
    mode: str
    fixed_color: str


class FieldConfig(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    display_name: str = ""
    color: Color | None = None


class FrameField(msgspec.Struct, frozen=True):
    name: str
    type: Literal["string", "number"]
    config: FieldConfig
    values: list[Any]


class FrameMeta(msgspec.Struct, frozen=True, rename="camel"):
    preferred_visualisation_type: str = "nodeGraph"


class Frame(msgspec.Struct, frozen=True):
    """A data frame of Grafana in the form of its `toDataFrame`: fields with their values."""

    name: str
    meta: FrameMeta
    fields: list[FrameField]


class Frames(msgspec.Struct, frozen=True):
    """The frames of one view."""

    view: str
    version: int
    frames: list[Frame]


def frames(topology: Topology) -> Frames:
    """Both frames; the panel fails as a whole on an edge whose node is not there."""
    shown = {node.id for node in topology.nodes}
    edges = [one for one in topology.edges if one.source in shown and one.target in shown]
    meta = FrameMeta()
    return Frames(
        topology.view,
        topology.version,
        [
            Frame("nodes", meta, _node_fields(topology.nodes)),
            Frame("edges", meta, _edge_fields(edges)),
        ],
    )


def _node_fields(nodes: list[Node]) -> list[FrameField]:
    def text(name: str, read: Callable[[Node], str], shown: str = "") -> FrameField:
        return FrameField(name, "string", FieldConfig(shown), [read(node) for node in nodes])

    def number(name: str, read: Callable[[Node], float]) -> FrameField:
        return FrameField(name, "number", FieldConfig(), [read(node) for node in nodes])

    facts = sorted({name for node in nodes for name in node.facts})
    return [
        text("id", lambda node: node.id),
        text("title", lambda node: node.label),
        text("subtitle", lambda node: node.sublabel),
        text("mainstat", lambda node: _cores(node.metrics.cpu)),
        text("secondarystat", lambda node: _bytes(node.metrics.memory, "B")),
        *(_arc(nodes, status) for status in get_args(Status)),
        text("detail__state", lambda node: node.state, "State"),
        text("detail__reasons", lambda node: "; ".join(node.reasons), "Reasons"),
        *(_fact(nodes, name) for name in facts),
        number("fixedx", lambda node: node.position[0]),
        number("fixedy", lambda node: node.position[1]),
        number("noderadius", lambda node: node.radius),
    ]


def _arc(nodes: Iterable[Node], status: Status) -> FrameField:
    config = FieldConfig(status.capitalize(), Color("fixed", _COLORS[status]))
    values = [1 if node.status == status else 0 for node in nodes]
    return FrameField(f"arc__{status}", "number", config, values)


def _fact(nodes: Iterable[Node], name: str) -> FrameField:
    config = FieldConfig(name.capitalize())
    values = [node.facts.get(name, "") for node in nodes]
    return FrameField(f"detail__{name}", "string", config, values)


def _edge_fields(edges: list[Edge]) -> list[FrameField]:
    def text(name: str, read: Callable[[Edge], str], shown: str = "") -> FrameField:
        return FrameField(name, "string", FieldConfig(shown), [read(edge) for edge in edges])

    thickness = [_thickness(_throughput(edge)) for edge in edges]
    return [
        text("id", lambda edge: edge.id),
        text("source", lambda edge: edge.source),
        text("target", lambda edge: edge.target),
        text("mainstat", lambda edge: _bytes(_throughput(edge), "B/s")),
        text("secondarystat", lambda edge: f":{edge.port} {edge.protocol}"),
        text("detail__connections", _connections, "Connections"),
        text("detail__processes", lambda edge: ", ".join(edge.processes), "Processes"),
        FrameField("thickness", "number", FieldConfig(), thickness),
    ]


def _throughput(edge: Edge) -> float | None:
    rates = edge.bytes_per_second
    return rates.transmit + rates.receive if rates else None


def _connections(edge: Edge) -> str:
    return "" if edge.connections is None else f"{edge.connections:g}"


def _thickness(rate: float | None) -> float:
    return round(1 + min(5.0, max(0.0, math.log10(1 + (rate or 0.0)) - 2)), 2)


def _cores(value: float | None) -> str:
    return "" if value is None else f"{value:.3g} cores"


def _bytes(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    step = 0
    while abs(value) >= 1000 and step < len(_PREFIXES) - 1:
        value, step = value / 1000, step + 1
    return f"{value:.3g} {_PREFIXES[step]}{unit}"
