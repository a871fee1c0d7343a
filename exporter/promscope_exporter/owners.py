"""Whose a process is: a container's, the host's, or nobody's who is to be shown."""

from __future__ import annotations

from promscope_exporter.host import Host
from promscope_exporter.inventory import Inventory
from promscope_wire import ids

#: A container of which the engine has not told yet is waited for this long.
PATIENCE_SECONDS = 30.0


class Owners:
    """Answers by the inventory as it is now."""

    def __init__(self, host: Host, inventory: Inventory) -> None:
        self._host = host
        self._inventory = inventory

    def of(self, container_ids: tuple[str, ...], age: float) -> str | None:
        """The node that owns a process `age` seconds old in these containers (outermost first).

        The innermost container that the inventory has, else the host. None: not to be shown,
        because its container opted out or is so young that the engine has yet to tell of it.
        """
        nodes = [ids.container(one) for one in container_ids]
        if any(map(self._inventory.hidden, nodes)):
            return None
        containers = self._inventory.containers()
        for node in reversed(nodes):
            if node in containers:
                return node
        return None if nodes and age < PATIENCE_SECONDS else self._host.node

    def name(self, node: str) -> str:
        """The name to show for an owner."""
        container = self._inventory.containers().get(node)
        return container.record.name if container else self._host.hostname
