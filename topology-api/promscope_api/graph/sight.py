"""What somebody may see of the world: all of it, or what the label selectors of their roles choose.

Denied unless chosen: a container or host is seen if a selector fits its labels, an edge if both of
its ends are seen or one is and the other is outside of the fleet. The host of a container that is
seen is there by its name alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import TypeVar

import msgspec

from promscope_api.graph.model import Metrics
from promscope_api.graph.snapshot import Container, Host, Link, Snapshot
from promscope_api.graph.world import World, projects
from promscope_api.security.selector import Selector
from promscope_wire import ids
from promscope_wire.frames import ContainerRecord

#: The sight of those who may see everything.
EVERYTHING = ""
#: Kinds of the ends of links that are no part of the fleet.
_OUTSIDE = ("external", "internet", "unknown")
Item = TypeVar("Item")


class Sight:
    """`text`: label selectors, one a line; a node is seen if any of them fits."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._selectors = tuple(map(Selector, text.split("\n")))

    def of(self, world: World, told: Mapping[str, ContainerRecord]) -> World:
        """What is seen of a world. `told`: what tunnels know of containers, whose labels never
        change. Of a container that Prometheus alone knows, no label can be shown to be absent.
        """
        containers = {
            key: it
            for key, it in world.containers.items()
            if self._fits(_labels(world, it, told.get(key)), whole=key in told)
        }
        chosen = {key for key, it in world.hosts.items() if self._fits(_of_host(it), whole=True)}
        named = {it.host for it in containers.values()} & world.hosts.keys() - chosen
        hosts = {
            key: _named(it) if key in named else it
            for key, it in world.hosts.items()
            if key in named or key in chosen
        }
        seen = chosen | containers.keys()
        return msgspec.structs.replace(
            world,
            snapshot=_snapshot(world.snapshot, hosts, containers, seen),
            hosts=hosts,
            containers=containers,
            processes={k: it for k, it in world.processes.items() if it.owner in seen},
            links=_links(world.links, seen),
            records=_only(world.records, containers),
            crew=Counter(it.host for it in containers.values()),
            projects=projects(containers),
            firing=_only(world.firing, seen),
            named=frozenset(named),
        )

    def _fits(self, labels: Mapping[str, str], *, whole: bool) -> bool:
        return any(selector.matches(labels, whole=whole) for selector in self._selectors)


def _labels(world: World, it: Container, record: ContainerRecord | None) -> dict[str, str]:
    """What a selector sees of a container, as `control.subject` has it for what is done to one."""
    if record is not None:
        labels, image = dict(record.labels), record.image
    else:
        labels = dict(it.labels)
        labels["com.docker.compose.project"] = it.compose_project
        labels["com.docker.compose.service"] = it.compose_service
        image = f"{it.image}:{it.image_tag}" if it.image_tag else it.image
    for name in ("host.id", "host.name"):
        labels.pop(name, None)
    host = world.hosts.get(it.host)
    found = labels | {"container.name": it.name, "container.image": image}
    found |= _of_host(host) if host is not None else {}
    return {name: value for name, value in found.items() if value or record is not None}


def _of_host(it: Host) -> dict[str, str]:
    return {"host.id": it.host_id, "host.name": it.hostname}


def _named(it: Host) -> Host:
    """A host whose name, and whether its probe answers, is all that is shown."""
    return Host(it.id, it.host_id, it.hostname, it.targets, metrics=Metrics())


def _snapshot(
    it: Snapshot, hosts: Collection[str], containers: Collection[str], seen: Collection[str]
) -> Snapshot:
    return msgspec.structs.replace(
        it,
        hosts=_only(it.hosts, hosts),
        containers=_only(it.containers, containers),
        processes={key: one for key, one in it.processes.items() if one.owner in seen},
        links=_links(it.links, seen),
        addresses=_only(it.addresses, seen),
        firing=(),
    )


def _links(links: tuple[Link, ...], seen: Collection[str]) -> tuple[Link, ...]:
    return tuple(it for it in links if _joins(it.source, it.target, seen))


def _joins(source: str, target: str, seen: Collection[str]) -> bool:
    ends = [end for end in (source, target) if end not in seen]
    return len(ends) == 0 or (len(ends) == 1 and _is_outside(ends[0]))


def _is_outside(end: str) -> bool:
    """Whether nobody's node: a peer outside, or several of them folded into one."""
    it = ids.parse(end)
    return it.kind in _OUTSIDE or (it.kind == "other" and it.parts[0] not in ids.PARTS)


def _only(them: Mapping[str, Item], keys: Collection[str]) -> dict[str, Item]:
    return {key: one for key, one in them.items() if key in keys}
