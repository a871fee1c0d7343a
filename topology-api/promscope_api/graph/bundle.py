"""What nodes are summed up by: each grouping says which bundle a node is in."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from promscope_api.graph.model import NodeKind
from promscope_api.graph.snapshot import Container
from promscope_api.graph.world import World
from promscope_wire import ids


class Bundle(msgspec.Struct, frozen=True):
    """The node that stands for many. `sublabel` tells bundles of one label apart."""

    id: str
    kind: NodeKind
    label: str
    sublabel: str = ""


#: (world, node id) → the bundle of the node; None: the grouping is not about such nodes.
Grouping = Callable[[World, str], Bundle | None]


def by_image(world: World, node: str) -> Bundle | None:
    """Containers of one image: by its digest, by its name where that is not known."""
    container = world.containers.get(node)
    if container is None:
        return None
    name = f"{container.image}:{container.image_tag}" if container.image_tag else container.image
    try:
        return Bundle(ids.image(container.image_id), "image", name or container.image_id[:19])
    except ids.InvalidId:
        return Bundle(ids.unknown(f"image {name}"), "image", name or "no image")


def by_host(world: World, node: str) -> Bundle | None:
    """Containers of one host; the host's own connections join theirs."""
    host = world.host_of(node)
    if not host:
        return None
    known = world.hosts.get(host)
    return Bundle(host, "host", known.hostname if known and known.hostname else host)


def by_compose_project(world: World, node: str) -> Bundle | None:
    """Containers of one compose project of one host."""
    container = world.containers.get(node)
    if container is None:
        return None
    if not container.compose_project:
        return _without("compose project")
    host_id, host_name = _host(world, container)
    node_id = ids.compose_project(host_id, container.compose_project)
    return Bundle(node_id, "project", container.compose_project, host_name)


def by_compose_service(world: World, node: str) -> Bundle | None:
    """Containers of one compose service of one host."""
    container = world.containers.get(node)
    if container is None:
        return None
    if not container.compose_project or not container.compose_service:
        return _without("compose service")
    host_id, host_name = _host(world, container)
    node_id = ids.compose(host_id, container.compose_project, container.compose_service)
    where = f"{container.compose_project} @ {host_name}"
    return Bundle(node_id, "service", container.compose_service, where)


def by_label(name: str) -> Grouping:
    """Containers with one value of a label that Prometheus has."""

    def grouping(world: World, node: str) -> Bundle | None:
        container = world.containers.get(node)
        if container is None:
            return None
        value = container.labels.get(name)
        if not value:
            return _without(f"label {name}")
        return Bundle(ids.label(name, value), "label", value, name)

    return grouping


def by_command(world: World, node: str) -> Bundle | None:
    """Processes of one command, wherever they run."""
    group = world.snapshot.processes.get(node)
    return Bundle(ids.command(group.command), "command", group.command) if group else None


def _without(what: str) -> Bundle:
    return Bundle(ids.unknown(f"no {what}"), "unknown", f"no {what}")


def _host(world: World, container: Container) -> tuple[str, str]:
    host = world.hosts.get(container.host)
    return (host.host_id, host.hostname or host.host_id) if host else ("unknown", "unknown")
