"""Ways up and down from a node: the view that shows what it is part of, or what is in it."""

from __future__ import annotations

from typing import Literal

import msgspec

from promscope_api.graph.model import Node
from promscope_api.graph.views import THINGS
from promscope_api.query.syntax import quoted
from promscope_wire import ids

_BUNDLE_VIEWS = {
    "image": "containers-by-image",
    "compose-project": "containers-by-project",
    "compose": "containers-by-service",
    "command": "processes-by-command",
}


class Drill(msgspec.Struct, frozen=True):
    """A view with a filter (a query, "" for none) that leads to it, and where that is."""

    direction: Literal["up", "down"]
    view: str
    filter: str


def views_of(node: str) -> tuple[str, ...]:
    """The views in which a node with this id can be, the most telling first."""
    kind, _, rest = node.partition(":")
    if kind == "label":
        return (f"containers-by-label.{ids.unquote(rest.partition(':')[0])}",)
    return (_BUNDLE_VIEWS[kind],) if kind in _BUNDLE_VIEWS else THINGS


def drills(node: Node) -> list[Drill]:
    """Where one can go from a node; none from a peer outside."""
    parsed = ids.parse(node.id)
    match parsed.kind:
        case "host":
            inside = f"host = {quoted(node.id)}"
            return [
                Drill("down", "containers", inside),
                Drill("down", "processes", inside),
                Drill("down", "containers-by-service", inside),
            ]
        case "container":
            return [
                Drill("up", "hosts", f"id = {quoted(node.parents[0])}"),
                *_image_of(node),
                Drill("down", "processes", f"owner = {quoted(node.id)}"),
            ]
        case "processes":
            owner = f"id = {quoted(node.parents[0])}"
            view = "hosts" if node.parents[0].startswith("host:") else "containers"
            by_command = f"command = {quoted(parsed.parts[2])}"
            return [
                Drill("up", view, owner),
                Drill("up", "processes-by-command", by_command),
            ]
        case "image":
            return [Drill("down", "containers", f"image_id : {quoted(parsed.parts[0])}")]
        case "compose-project":
            inside = _project(*parsed.parts)
            return [
                Drill("up", "hosts", f"id = {quoted(ids.host(parsed.parts[0]))}"),
                Drill("down", "containers-by-service", inside),
                Drill("down", "containers", inside),
            ]
        case "compose":
            project = _project(*parsed.parts[:2])
            return [
                Drill("up", "containers-by-project", project),
                Drill("down", "containers", f"{project} AND service = {quoted(parsed.parts[2])}"),
            ]
        case "label":
            name, value = parsed.parts
            return [Drill("down", "containers", f"label.{name} = {quoted(value)}")]
        case "command":
            return [Drill("down", "processes", f"command = {quoted(parsed.parts[0])}")]
    return []


def _image_of(node: Node) -> list[Drill]:
    image = node.facts.get("image")
    return [Drill("up", "containers-by-image", f"image = {quoted(image)}")] if image else []


def _project(host_id: str, project: str) -> str:
    return f"host = {quoted(ids.host(host_id))} AND project = {quoted(project)}"
