"""Joins what a client dialled to where it ended: kernel NAT, and published ports by proxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from promscope_exporter.edges.kernel import Kernel
from promscope_exporter.edges.spaces import Owner, Spaces
from promscope_exporter.inventory import Container
from promscope_exporter.sources.address import is_loopback, is_unspecified, packed
from promscope_exporter.sources.conntrack import Address


class Translations:
    """What the kernel's NAT makes of an address, asked when a connection is first seen.

    The kernel remembers a TCP flow for 10 seconds to minutes after its end.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def server(self, protocol: int, client: Address, dialled: Address) -> Address:
        """Who really answers `client` at the address it dialled."""
        flow = self._kernel.sent(protocol, client, dialled)
        return flow.server if flow else dialled

    def client(self, protocol: int, server: Address, peer: Address) -> Address:
        """Who really talks to `server` from the address it sees."""
        flow = self._kernel.answered(protocol, server, peer)
        return flow.source if flow else peer


class Published(NamedTuple):
    """A port of the host that ends in a container. `ip` all zero: any address."""

    protocol: str
    ip: bytes
    port: int
    owner: Owner
    target: Address | None
    target_port: int


class PublishedPorts:
    """The published ports of all containers, as their descriptions tell.

    Docker serves them twice: the kernel rewrites what arrives from outside, and a process
    (docker-proxy) takes what the rules leave out (127.0.0.1, another bridge) and makes a second
    connection to the container.
    """

    def __init__(self) -> None:
        self._ports: dict[tuple[str, int], list[Published]] = {}
        self._targets: set[tuple[str, Address]] = set()

    def update(self, containers: Mapping[str, Container], spaces: Spaces) -> None:
        self._ports.clear()
        self._targets.clear()
        for node, container in containers.items():
            record = container.record
            if container.removed or not record.pid:
                continue
            space = spaces.of_node(node)
            addresses = [raw for raw in space.addresses() if not is_loopback(raw)] if space else []
            for network in record.networks:
                addresses.extend(filter(None, map(packed, network.addresses)))
            first = next((raw for raw in addresses if len(raw) == 4), None)
            for port in record.ports:
                if not port.host_port:
                    continue
                ip = packed(port.host_ip or "0.0.0.0") or bytes(4)  # noqa: S104 - read, not bound
                target = (first, port.port) if first else None
                self._ports.setdefault((port.protocol, port.host_port), []).append(
                    Published(
                        port.protocol, ip, port.host_port, Owner(node, record.name), target,
                        port.port,
                    )
                )  # fmt: skip
                self._targets.update((port.protocol, (raw, port.port)) for raw in addresses)

    def all(self) -> list[Published]:
        return [one for ports in self._ports.values() for one in ports]

    def at(self, protocol: str, address: Address) -> Published | None:
        """What is published at an address of the host."""
        ip, port = address
        for one in self._ports.get((protocol, port), ()):
            if one.ip == ip or (is_unspecified(one.ip) and len(one.ip) in (len(ip), 16)):
                return one
        return None

    def is_target(self, protocol: str, address: Address) -> bool:
        """Whether a published port ends at this address of a container."""
        return (protocol, address) in self._targets
