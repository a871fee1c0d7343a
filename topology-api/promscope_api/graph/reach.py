"""What may look different when containers change: they, and what tells about them."""

from __future__ import annotations

from collections.abc import Collection

from promscope_api.graph.world import World


def reach(before: World, after: World, containers: Collection[str]) -> set[str]:
    """The nodes whose own texts, status or groups may differ between two worlds that were made of
    one snapshot and differ in these containers only.
    """
    found = set(containers)
    projects = set()
    for world in (before, after):
        for key in containers:
            container = world.containers.get(key)
            if container is not None:
                found.add(container.host)
                projects.add(container.compose_project)
    found.update(key for key, one in after.snapshot.processes.items() if one.owner in containers)
    found.update(
        key
        for key in before.firing.keys() | after.firing.keys()
        if before.firing.get(key) != after.firing.get(key)
    )
    # A project that came to a second host, or is on one alone again, is called otherwise.
    renamed = {key for key in projects if _is_spread(before, key) != _is_spread(after, key)}
    if renamed:
        found.update(k for k, one in after.containers.items() if one.compose_project in renamed)
    return found


def _is_spread(world: World, project: str) -> bool:
    return len(world.projects.get(project, ())) > 1
