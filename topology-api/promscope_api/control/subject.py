"""What a policy's selector sees of a node: a container's labels, and what it cannot choose."""

from __future__ import annotations

from promscope_api.control.tunnels import Tunnels


def labels(tunnels: Tunnels, node: str) -> dict[str, str]:
    """The container's own labels, and over them `container.name`, `container.image`, `host.id`
    and `host.name`; what is not known is absent."""
    host_id = tunnels.host_of(node)
    probe = tunnels.probe(host_id) if host_id else None
    record = tunnels.record(node)
    found = dict(record.labels) if record else {}
    for name in ("container.name", "container.image", "host.id", "host.name"):
        found.pop(name, None)
    if record is not None:
        found |= {"container.name": record.name, "container.image": record.image}
    if probe is not None:
        found |= {"host.id": probe.host_id, "host.name": probe.hostname}
    return found
