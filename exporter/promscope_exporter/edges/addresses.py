"""Which addresses the containers and the host have, and from where they can be reached.

`routable` (design §4) says whether an address means the same to other hosts. It does not on
loopback and link-local addresses and behind a bridge that no hardware is attached to: every
Docker host has a 172.17.0.0/16. It does on the host's other interfaces (hardware, bonds, VLANs,
tunnels, a bridge with hardware in it), on a container's macvlan and ipvlan interfaces, and on
a container's veth whose other end is not on a bridge of this host (routed networks) or not in
the host's namespace at all (overlay networks). Dummy interfaces hold service addresses that
every node of a cluster has: not routable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.sources.address import is_link_local, is_loopback
from promscope_exporter.sources.interfaces import Interface

_PRIVATE_KINDS = frozenset(("loopback", "dummy", "ifb"))
_INSIDE_KINDS = frozenset(("veth", "tun", "dummy", "ifb"))


class Endpoint(NamedTuple):
    owner: Owner
    ip: bytes
    netns: str
    routable: bool


def endpoints(spaces: list[Space], host: Owner) -> Iterator[Endpoint]:
    """One per owner, address and namespace. The host's space comes first in `spaces`;
    containers that share a namespace each have its addresses."""
    outside = spaces[0].interfaces
    for space in spaces:
        own = space is spaces[0]
        owners = [host] if own else space.owners
        for interface in space.interfaces:
            reached = (
                _host_routable(interface, outside)
                if own
                else _container_routable(interface, space.nsid, outside)
            )
            for ip in interface.addresses:
                if own and interface.kind == "veth" and is_link_local(ip):
                    continue  # every bridged container adds one, and nobody dials it
                routable = reached and not is_loopback(ip) and not is_link_local(ip)
                for owner in owners:
                    yield Endpoint(owner, ip, space.label, routable)


def _host_routable(interface: Interface, host: list[Interface]) -> bool:
    if interface.kind == "bridge":
        return _has_hardware(interface.number, host)
    return interface.kind not in _PRIVATE_KINDS and interface.kind != "veth"


def _container_routable(interface: Interface, nsid: int | None, host: list[Interface]) -> bool:
    if interface.kind != "veth":
        return interface.kind not in _PRIVATE_KINDS
    for other in host:
        if other.peer_nsid == nsid and other.peer == interface.number and other.kind == "veth":
            return other.master == 0 or _has_hardware(other.master, host)
    return nsid is not None


def _has_hardware(bridge: int, host: list[Interface]) -> bool:
    return any(one.master == bridge and one.kind not in _INSIDE_KINDS for one in host)
