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
    """The groups of one view: what is in each, while nodes are placed in them and leave them."""

    def __init__(self, world: World, levels: tuple[Level, ...]) -> None:
        self.world = world
        self._levels = levels
        self._bubbles: dict[str, tuple[Bubble, str | None]] = {}
        self._tallies: dict[str, dict[Status, int]] = {}
        self._stale: set[str] = set()

    def place(self, node: str, status: Status) -> str | None:
        """The innermost group of the node, None if it is in none."""
        parent: str | None = None
        for level in self._levels:
            bubble = level(self.world, node)
            if bubble is None:
                continue
            if bubble.id not in self._bubbles:
                self._bubbles[bubble.id] = bubble, parent
                self._tallies[bubble.id] = {}
            tally = self._tallies[bubble.id]
            tally[status] = tally.get(status, 0) + 1
            self._stale.add(bubble.id)
            parent = bubble.id
        return parent

    def lift(self, group: str | None, status: Status) -> None:
        """A node of this status leaves its innermost group."""
        while group is not None:
            _, above = self._bubbles[group]
            tally = self._tallies[group]
            tally[status] -= 1
            if not tally[status]:
                del tally[status]
            if not tally:
                del self._bubbles[group], self._tallies[group]
            self._stale.add(group)
            group = above

    def settle(self, groups: dict[str, Group]) -> set[str]:
        """Bring the groups up to date; the ids of those that came, went or changed."""
        changed = set()
        for key in self._stale:
            before = groups.get(key)
            after = self._group(key) if key in self._bubbles else None
            if before == after:
                continue
            changed.add(key)
            if after is None:
                del groups[key]
            else:
                groups[key] = after
        self._stale.clear()
        return changed

    def _group(self, key: str) -> Group:
        bubble, parent = self._bubbles[key]
        tally = self._tallies[key]
        return Group(
            id=key,
            kind=bubble.kind,
            label=bubble.label,
            parent=parent,
            count=sum(tally.values()),
            status=worst(tally),
        )
