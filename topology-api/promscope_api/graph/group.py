"""The bubbles around nodes: each view names its levels from the outside in."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from promscope_api.graph.model import Group, GroupKind, Status
from promscope_api.graph.status import worst
from promscope_api.graph.world import World
from promscope_wire import ids


class Bubble(msgspec.Struct, frozen=True):
    """A group by its identity. `about`: the node it is a group of, if there is one."""

    id: str
    kind: GroupKind
    label: str


#: (world, node id) → the bubble of this level around the node, or None.
Level = Callable[[World, str], Bubble | None]


def _owner(world: World, node: str) -> str:
    process = world.snapshot.processes.get(node)
    return process.owner if process else node


def host(world: World, node: str) -> Bubble | None:
    """The host it runs on."""
    found = world.host_of(_owner(world, node))
    if not found or found not in world.hosts:
        return None
    return Bubble(f"group:{found}", "host", world.hosts[found].hostname or found)


def container(world: World, node: str) -> Bubble | None:
    """The container it runs in."""
    owner = _owner(world, node)
    found = world.containers.get(owner)
    return Bubble(f"group:{owner}", "container", found.name) if found else None


def host_or_project(world: World, node: str) -> Bubble | None:
    """The compose project, of a container that has one; else the host."""
    found = world.containers.get(node)
    if found is None or not found.compose_project:
        return host(world, node)
    owner = world.hosts.get(found.host)
    host_id = owner.host_id if owner else "unknown"
    elsewhere = len(world.projects[found.compose_project]) > 1
    at = f" @ {owner.hostname}" if owner and elsewhere else ""
    return Bubble(
        f"group:project:{host_id}:{ids.quote(found.compose_project)}",
        "project",
        found.compose_project + at,
    )


def compose_service(world: World, node: str) -> Bubble | None:
    """The compose service, of a container that has one."""
    found = world.containers.get(node)
    if found is None or not found.compose_project or not found.compose_service:
        return None
    owner = world.hosts.get(found.host)
    service = ids.compose(
        owner.host_id if owner else "unknown", found.compose_project, found.compose_service
    )
    return Bubble(f"group:{service}", "service", found.compose_service)


class Levels:
    """Collects the groups of one view while its nodes are placed in them."""

    def __init__(self, world: World, levels: tuple[Level, ...]) -> None:
        self._world = world
        self._levels = levels
        self._bubbles: dict[str, tuple[Bubble, str | None]] = {}
        self._statuses: dict[str, list[Status]] = {}

    def place(self, node: str, status: Status) -> str | None:
        """The innermost group of the node, None if it is in none."""
        parent: str | None = None
        for level in self._levels:
            bubble = level(self._world, node)
            if bubble is None:
                continue
            self._bubbles.setdefault(bubble.id, (bubble, parent))
            self._statuses.setdefault(bubble.id, []).append(status)
            parent = bubble.id
        return parent

    def groups(self) -> dict[str, Group]:
        return {
            bubble.id: Group(
                id=bubble.id,
                kind=bubble.kind,
                label=bubble.label,
                parent=parent,
                count=len(self._statuses[bubble.id]),
                status=worst(self._statuses[bubble.id]),
            )
            for bubble, parent in self._bubbles.values()
        }
