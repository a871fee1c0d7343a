"""Services: what stands for a container when one looks at who talks to whom."""

from __future__ import annotations

from promscope_api.graph.snapshot import Container
from promscope_api.graph.world import World
from promscope_wire import ids


def service(it: Container) -> tuple[str, str] | None:
    """Id and label of the compose service of a container, if it is in one."""
    if not it.compose_project or not it.compose_service:
        return None
    host_id = it.host.removeprefix("host:")
    label = f"{it.compose_project}/{it.compose_service}"
    return ids.compose(host_id, it.compose_project, it.compose_service), label


def end(world: World, node: str) -> tuple[str, str]:
    """Id and label of what an end of a link is at the level of services: the service, or the
    container, host or peer itself.
    """
    container = world.containers.get(node)
    if container is not None:
        return service(container) or (node, container.name)
    host = world.hosts.get(node)
    return node, host.hostname if host is not None else node.partition(":")[2] or node
