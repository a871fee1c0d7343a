"""Network interfaces and their addresses of one network namespace (rtnetlink(7))."""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

from promscope_exporter.sources import netlink

_GETLINK, _GETADDR = 18, 22
_LINK_BODY, _ADDRESS_BODY = 16 + 16, 16 + 8
_LINK = struct.Struct("=BxHiII")
_ADDRESS = struct.Struct("=BBBBi")
_IFLA_IFNAME, _IFLA_LINK, _IFLA_MASTER, _IFLA_LINKINFO, _IFLA_LINK_NETNSID = 3, 5, 10, 18, 37
_INFO_KIND = 1
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_ARPHRD_LOOPBACK = 772


class Interface(NamedTuple):
    """`kind` as `ip -d link` names it (veth, bridge, macvlan, …; loopback; empty: hardware).

    `number`: its index. `master`: that of the bridge or bond it belongs to. `peer` and
    `peer_nsid`: the other end of a veth pair and the id of the namespace it is in (None: this
    one). 0: none.
    """

    number: int
    name: str
    kind: str
    master: int
    peer: int
    peer_nsid: int | None
    addresses: tuple[bytes, ...]


def interfaces() -> list[Interface]:
    """Those of the calling thread's network namespace. Raises OSError when refused."""
    buffer = bytearray(netlink.BUFFER_BYTES)
    link = netlink.open_socket(netlink.ROUTE)
    try:
        addresses = _addresses(link, buffer)
        return _links(link, buffer, addresses)
    finally:
        netlink.close(link)


def _addresses(link: socket.socket, buffer: bytearray) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    for size in netlink.ask(link, _GETADDR, netlink.NLM_F_DUMP, bytes(8), buffer):
        for _, start, end in netlink.messages(buffer, size):
            if end - start < _ADDRESS_BODY:
                continue
            _, _, _, _, index = _ADDRESS.unpack_from(buffer, start + 16)
            values = netlink.attributes(buffer, start + _ADDRESS_BODY, end)
            place = values.get(_IFA_LOCAL) or values.get(_IFA_ADDRESS)
            if place and place.stop - place.start in (4, 16):
                found.setdefault(index, []).append(bytes(buffer[place]))
    return found


def _links(
    link: socket.socket, buffer: bytearray, addresses: dict[int, list[bytes]]
) -> list[Interface]:
    found = []
    for size in netlink.ask(link, _GETLINK, netlink.NLM_F_DUMP, bytes(16), buffer):
        for _, start, end in netlink.messages(buffer, size):
            if end - start < _LINK_BODY:
                continue
            _, hardware, index, _, _ = _LINK.unpack_from(buffer, start + 16)
            values = netlink.attributes(buffer, start + _LINK_BODY, end)
            kind = ""
            if _IFLA_LINKINFO in values:
                info = values[_IFLA_LINKINFO]
                kind = _text(buffer, netlink.attributes(buffer, info.start, info.stop), _INFO_KIND)
            found.append(
                Interface(
                    index,
                    _text(buffer, values, _IFLA_IFNAME),
                    "loopback" if hardware == _ARPHRD_LOOPBACK else kind,
                    _number(buffer, values, _IFLA_MASTER) or 0,
                    _number(buffer, values, _IFLA_LINK) or 0,
                    _number(buffer, values, _IFLA_LINK_NETNSID),
                    tuple(addresses.get(index, ())),
                )
            )
    return found


def _text(buffer: bytearray, values: dict[int, slice], kind: int) -> str:
    raw = bytes(buffer[values[kind]]) if kind in values else b""
    return raw.rstrip(b"\0").decode(errors="replace")


def _number(buffer: bytearray, values: dict[int, slice], kind: int) -> int | None:
    return int(struct.unpack_from("=i", buffer, values[kind].start)[0]) if kind in values else None
