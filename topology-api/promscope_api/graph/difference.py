"""What differs between two moments: services, images, containers, and the edges between services.

What a probe could not tell, because it did not answer at one of the moments, is unknown and
neither added nor removed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Literal, get_args

import msgspec

from promscope_api.graph.edges import is_silent
from promscope_api.graph.graph import Graph
from promscope_api.graph.services import end, service
from promscope_api.graph.snapshot import Container
from promscope_api.graph.world import World

Kind = Literal["services", "images", "containers", "edges"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DEFAULT: tuple[Kind, ...] = ("services", "images")
#: Things of one kind that are listed; the totals tell of the rest.
LISTED = 2000


class Thing(msgspec.Struct, frozen=True):
    """One thing of a kind. `id`: a node or group id, or what names it; `facts`: short strings."""

    id: str
    label: str
    facts: dict[str, str]


class Change(msgspec.Struct, frozen=True):
    """A thing that is in both moments; `before` and `after` hold the facts that differ."""

    id: str
    label: str
    before: dict[str, str]
    after: dict[str, str]


class Changes(msgspec.Struct, frozen=True):
    """Of one kind; each list has at most 2,000, the totals count all."""

    kind: Kind
    added: list[Thing]
    removed: list[Thing]
    changed: list[Change]
    unknown: list[Thing]
    totals: dict[str, int]


class Difference(msgspec.Struct, frozen=True):
    """`since` and `until`: the newest scrape in each of the two moments; `hosts_unknown`: hosts
    whose probe did not answer at one of them.
    """

    since: float | None
    until: float | None
    hosts_unknown: list[str]
    kinds: list[Changes]


class _Things(msgspec.Struct):
    """The things of one moment by id, and the hosts each is on."""

    things: dict[str, Thing] = {}
    hosts: dict[str, set[str]] = {}


def difference(before: Graph, after: Graph, kinds: Iterable[Kind] = DEFAULT) -> Difference:
    """From the one moment to the other."""
    old, new = before.world, after.world
    unknown = _silent(old) | _silent(new)
    return Difference(
        before.snapshot.taken_at,
        after.snapshot.taken_at,
        sorted(unknown),
        [_changes(kind, _of(kind, old), _of(kind, new), unknown) for kind in kinds],
    )


def _silent(world: World) -> set[str]:
    return {host.id for host in world.hosts.values() if host.targets and not host.up}


def _changes(kind: Kind, old: _Things, new: _Things, silent: set[str]) -> Changes:
    added, removed, changed, unknown = [], [], [], []
    for key in sorted(old.things.keys() | new.things.keys()):
        before, after = old.things.get(key), new.things.get(key)
        on = old.hosts.get(key, set()) | new.hosts.get(key, set())
        if before == after:
            continue
        thing = after or before
        assert thing is not None
        if on & silent:
            unknown.append(thing)
        elif before is None:
            added.append(thing)
        elif after is None:
            removed.append(thing)
        else:
            differ = {
                name
                for name in before.facts.keys() | after.facts.keys()
                if before.facts.get(name) != after.facts.get(name)
            }
            old_facts, new_facts = (
                {name: side.facts.get(name, "") for name in sorted(differ)}
                for side in (before, after)
            )
            changed.append(Change(key, after.label, old_facts, new_facts))
    totals = {
        "added": len(added), "removed": len(removed), "changed": len(changed),
        "unknown": len(unknown),
    }  # fmt: skip
    return Changes(
        kind, added[:LISTED], removed[:LISTED], changed[:LISTED], unknown[:LISTED], totals
    )


def _of(kind: Kind, world: World) -> _Things:
    match kind:
        case "containers":
            return _gathered(world, lambda it: (it.id, it.name), _container_facts)
        case "services":
            return _gathered(world, service, _crew_facts)
        case "images":
            return _gathered(world, _image, _crew_facts)
        case "edges":
            return _edges(world)


def _gathered(
    world: World,
    key_of: Callable[[Container], tuple[str, str] | None],
    facts: Callable[[list[Container]], dict[str, str]],
) -> _Things:
    members: defaultdict[tuple[str, str], list[Container]] = defaultdict(list)
    hosts: defaultdict[str, set[str]] = defaultdict(set)
    for container in world.containers.values():
        key = key_of(container)
        if key is not None:
            # of a host that does not answer only the last word is known: it is not compared
            hosts[key[0]].add(container.host)
            members[key].append(container)
    things = {key: Thing(key, label, facts(crew)) for (key, label), crew in members.items()}
    return _Things(things, dict(hosts))


def _image(it: Container) -> tuple[str, str] | None:
    return (it.image, it.image) if it.image else None


def _crew_facts(crew: list[Container]) -> dict[str, str]:
    return {
        "containers": str(len(crew)),
        "running": str(sum(1 for it in crew if it.state == "running")),
        "images": _all(f"{it.image}:{it.image_tag}" if it.image_tag else it.image for it in crew),
        "image ids": _all(it.image_id[:19] for it in crew),
    }


def _container_facts(crew: list[Container]) -> dict[str, str]:
    it = crew[0]
    facts = {
        "name": it.name,
        "state": it.state,
        "health": it.health,
        "cpu limit": "" if it.cpu_limit is None else f"{it.cpu_limit:g}",
        "memory limit": "" if it.memory_limit is None else f"{it.memory_limit:.0f}",
    }
    return _crew_facts(crew) | facts


def _all(texts: Iterable[str]) -> str:
    return ", ".join(sorted({text for text in texts if text}))


def _edges(world: World) -> _Things:
    """Edges between services; an end that is in no service stands for itself."""
    found = _Things({}, {})
    for link in world.links:
        if is_silent(link):
            continue
        (source, from_), (target, to) = end(world, link.source), end(world, link.target)
        if source == target:
            continue
        key = f"{source}>{target}:{link.port}/{link.protocol}"
        label = f"{from_} → {to}:{link.port}"
        found.things.setdefault(key, Thing(key, label, {}))
        hosts = {world.host_of(link.source), world.host_of(link.target)}
        found.hosts.setdefault(key, set()).update(hosts - {""})
    return found
