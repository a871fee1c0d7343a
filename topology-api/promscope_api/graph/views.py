"""The views: declared, and cut out of the world by one and the same code."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from promscope_api.graph import bundle, group
from promscope_api.graph.bundle import Grouping
from promscope_api.graph.model import NodeKind
from promscope_api.graph.world import World
from promscope_wire import ids

#: (owner, command or "") → the node that stands for it in a view.
Standing = Callable[[World, str, str], str]


@dataclass(frozen=True, slots=True)
class Things:
    """A view of things as they are. `members`: the nodes that are always in it; `stands_for`: the
    node that an end of a link belongs to; `only_outside`: of all links those with peers that no
    probe covers.
    """

    members: Callable[[World], Collection[str]]
    stands_for: Standing
    only_outside: bool = False


@dataclass(frozen=True, slots=True)
class Bundles:
    """A view of things summed up: those of the view `of`, in the bundles of `by`."""

    of: str
    by: Grouping


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the graph.

    `kind`: of the nodes it is about; `group_by`: the bubbles around a node, from the outside in;
    `parents`: the views one level up; `columns`: what its table shows.
    """

    id: str
    label: str
    kind: NodeKind
    source: Things | Bundles
    parents: tuple[str, ...]
    columns: tuple[str, ...]
    group_by: tuple[group.Level, ...] = ()


def _host_end(world: World, owner: str, _command: str) -> str:
    return world.host_of(owner) or owner


def _container_end(_world: World, owner: str, _command: str) -> str:
    return owner


def _process_end(world: World, owner: str, command: str) -> str:
    if command and world.knows(owner):
        node = ids.processes(owner, command)
        if node in world.processes:
            return node
    return owner


_USE = ("cpu", "memory", "network_receive", "network_transmit", "connections")
_BUNDLE = ("facts.members", *_USE)

VIEWS: dict[str, View] = {
    view.id: view
    for view in (
        View(
            "hosts",
            "Hosts",
            "host",
            Things(lambda world: world.hosts, _host_end),
            (),
            (*_USE, "facts.os", "facts.kernel"),
        ),
        View(
            "containers",
            "Containers",
            "container",
            Things(lambda world: world.containers, _container_end),
            ("hosts", "containers-by-image", "containers-by-host", "containers-by-service"),
            ("state", *_USE, "facts.image", "facts.host"),
            (group.host_or_project, group.compose_service),
        ),
        View(
            "processes",
            "Processes",
            "processes",
            Things(lambda world: world.processes, _process_end),
            ("containers", "hosts", "processes-by-command"),
            (*_USE, "processes", "threads", "open_fds", "facts.owner"),
            (group.host, group.container),
        ),
        View(
            "processes-by-command",
            "Processes by command",
            "command",
            Bundles("processes", bundle.by_command),
            (),
            (*_BUNDLE, "processes", "threads", "open_fds"),
        ),
        View(
            "containers-by-image",
            "Containers by image",
            "image",
            Bundles("containers", bundle.by_image),
            (),
            _BUNDLE,
        ),
        View(
            "containers-by-host",
            "Containers by host",
            "host",
            Bundles("containers", bundle.by_host),
            ("hosts",),
            _BUNDLE,
        ),
        View(
            "containers-by-project",
            "Containers by compose project",
            "project",
            Bundles("containers", bundle.by_compose_project),
            ("hosts",),
            (*_BUNDLE, "facts.host"),
            (group.host,),
        ),
        View(
            "containers-by-service",
            "Containers by compose service",
            "service",
            Bundles("containers", bundle.by_compose_service),
            ("containers-by-project",),
            (*_BUNDLE, "facts.project", "facts.host"),
            (group.host_or_project,),
        ),
        View(
            "peers",
            "External peers",
            "external",
            Things(lambda _world: (), _host_end, only_outside=True),
            (),
            ("connections", "facts.address"),
        ),
    )
}
#: The views of things. Every node is in one of them; the first that it is in tells most of it.
THINGS = ("containers", "hosts", "processes", "peers")

_LABEL_VIEW = re.compile(r"containers-by-label\.([a-zA-Z_][a-zA-Z0-9_]{0,39})", re.ASCII)


def find(view: str) -> View | None:
    """A declared view, or `containers-by-label.NAME` for a label as Prometheus has it."""
    found = _LABEL_VIEW.fullmatch(view)
    if found is None:
        return VIEWS.get(view)
    name = found[1]
    return View(
        view,
        f"Containers by {name}",
        "label",
        Bundles("containers", bundle.by_label(name)),
        (),
        _BUNDLE,
    )


def children(view: str) -> tuple[str, ...]:
    """The views one level down."""
    return tuple(one.id for one in VIEWS.values() if view in one.parents)
