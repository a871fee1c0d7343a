"""Which container or host a socket or an address belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from promscope_exporter.edges.spaces import Owner, Space, Spaces
from promscope_exporter.inventory import Container
from promscope_exporter.sources.address import is_loopback, packed
from promscope_exporter.sources.cgroup import Cgroups


class Ownership:
    """A socket by its cgroup, else by its network namespace; an address by who has it."""

    def __init__(self, host: Owner, spaces: Spaces, cgroups: Cgroups) -> None:
        self.host = host
        self._spaces = spaces
        self._cgroups = cgroups
        self._groups: dict[tuple[str, int], int | None] = {}
        self._by_group: dict[int, Owner] = {}
        self._by_address: dict[bytes, tuple[Space | None, Owner]] = {}

    def update(self, containers: Mapping[str, Container]) -> None:
        """Follow the containers, after the spaces did."""
        groups: dict[tuple[str, int], int | None] = {}
        self._by_group = {}
        self._by_address = {}
        for node, container in containers.items():
            record = container.record
            owner = Owner(node, record.name)
            space = self._spaces.of_node(node)
            for network in record.networks:
                for text in network.addresses:
                    raw = packed(text)
                    if raw:
                        self._by_address[raw] = (space, owner)
            if container.removed or not record.pid:
                continue
            key = (node, record.pid)
            group = self._groups[key] if key in self._groups else self._cgroups.unified_id(key[1])
            groups[key] = group
            if group is not None:
                self._by_group[group] = owner
        self._groups = groups
        for space in reversed(self._spaces.remembered()):
            owner = self.of_space(space)
            for raw in space.addresses():
                self._by_address[raw] = (space, owner)

    def of_space(self, space: Space) -> Owner:
        """The container that the namespace belongs to, or the host."""
        return space.owners[0] if space.owners and space is not self._spaces.host else self.host

    def of_socket(self, space: Space, group: int | None) -> Owner:
        """By cgroup id where that is a container's; kernel-made sockets are in the root group
        and follow their namespace."""
        return (self._by_group.get(group) if group else None) or self.of_space(space)

    def of_address(self, space: Space, raw: bytes) -> tuple[Space | None, Owner] | None:
        """Who has the address, as seen from `space`; None: nobody on this host. The space is
        None where the owner's namespace cannot be entered."""
        if is_loopback(raw):
            return space, self.of_space(space)
        return self._by_address.get(raw)
