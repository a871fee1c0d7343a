"""The kernel's connection tracking: which flows are translated, and UDP flows with bytes.

Asked of the host's network namespace only: containers' own namespaces track the same packets
once more. A dump walks the whole hash table, 262,144 buckets on an ordinary machine: 12 to 20 ms
however few flows there are; asking for one flow takes some 20 µs. So single flows are asked for,
and the kernel tells which begin and end.
Sources: linux/netfilter/nfnetlink_conntrack.h, net/netfilter/nf_conntrack_netlink.c.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from promscope_exporter.sources import netlink
from promscope_exporter.sources.layout import Field, Layouts, Row, Template
from promscope_exporter.sources.netlink import attribute
from promscope_exporter.sources.subscription import Subscription

TCP, UDP = 6, 17

_GET, _DELETED = 0x101, 0x102  # NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_…
_NEW_GROUP, _DESTROY_GROUP = 1, 3
_BODY = 20

_ORIGINAL, _REPLY, _STATUS, _COUNTERS, _REPLY_COUNTERS, _ID, _FILTER = 1, 2, 3, 9, 10, 12, 25
_FILTER_PROTOCOL = 1 << 3  # CTA_FILTER_FLAG(CTA_PROTO_NUM)

#: Classic BPF (linux/filter.h): of an event, find CTA_TUPLE_ORIG, in it CTA_TUPLE_PROTO, in it
#: CTA_PROTO_NUM, and let it pass if that is the protocol. Other events are not even queued.
_NLATTR, _NLATTR_NEST = 0xFFFFF000 + 12, 0xFFFFF000 + 16
_TO_PROTOCOL = (
    (0x00, 0, 0, _BODY),  # ld #offset of the attributes
    (0x01, 0, 0, 1), (0x20, 0, 0, _NLATTR),  # ldx #type; ld the attribute's offset
    (0x01, 0, 0, 2), (0x20, 0, 0, _NLATTR_NEST),
    (0x01, 0, 0, 1), (0x20, 0, 0, _NLATTR_NEST),
    (0x07, 0, 0, 0), (0x50, 0, 0, 4),  # tax; ldb [x + 4]
)  # fmt: skip
_PASS_OR_DROP = ((0x06, 0, 0, 0xFFFFFFFF), (0x06, 0, 0, 0))

_NESTED = {
    (_ORIGINAL,),
    (_REPLY,),
    (_COUNTERS,),
    (_REPLY_COUNTERS,),
    (1, 1),
    (1, 2),
    (2, 1),
    (2, 2),
}

#: Of a row of `describe` what is the same for all flows from a client's address to a service.
_KIND = itemgetter(0, 1, 2, 3, 4, 5, 7, 8)

Address = tuple[bytes, int]


class Flow(NamedTuple):
    """One tracked flow. Addresses are packed; `source` sent the first packet, to `target`;
    `server` is who answers, to `client`: they differ from those where NAT happened.

    `ended`: it is over. Bytes are those of IP packets, None unless
    net.netfilter.nf_conntrack_acct was on when the flow began, and in the news of a beginning.
    """

    protocol: int
    source: Address
    target: Address
    server: Address
    client: Address
    id: int
    ended: bool
    sent_bytes: int | None
    sent_packets: int | None
    received_bytes: int | None
    received_packets: int | None


def describe(message: bytes) -> Template:
    """How to read a flow; a flow without ports (ICMP) has no row."""
    guards: list[Field] = [(0, "I"), (4, "H")]
    places: dict[tuple[int, ...], slice] = {}

    def walk(start: int, end: int, path: tuple[int, ...]) -> None:
        for kind, place in netlink.walk(message, start, end):
            start = (place.stop + 3) & ~3
            guards.append((place.start - 4, "I"))
            here = (*path, kind)
            places[here] = place
            if here in _NESTED:
                walk(place.start, place.stop, here)
        if start + 4 <= end:
            guards.append((start, "I"))  # what is no attribute any more

    def field(path: tuple[int, ...], code: str) -> Field | None:
        place = places.get(path, slice(0, 0))
        return (place.start, code) if place.stop - place.start >= struct.calcsize(code) else None

    walk(_BODY, len(message), ())
    v6 = (1, 1, 3) in places
    ip = ((1, 3), (1, 4)) if v6 else ((1, 1), (1, 2))
    wanted = [
        ((1, 2, 1), "B"),
        *(((side, *part), "16s" if v6 else "4s") for side in (1, 2) for part in ip),
        *(((side, 2, part), "2s") for side in (1, 2) for part in (2, 3)),
        ((_ID,), "4s"),
    ]
    fields: list[Field | None] = [field(path, code) for path, code in wanted]
    if None in fields:
        return Template(message, guards, None)
    counts = ((_COUNTERS, 2), (_COUNTERS, 1), (_REPLY_COUNTERS, 2), (_REPLY_COUNTERS, 1))
    fields = [(4, "H"), *fields, *(field(path, "8s") for path in counts)]
    return Template(message, guards, fields)


def _flow(row: Row) -> Flow:
    number = int.from_bytes
    (
        kind, protocol, source, target, server, client, source_port, target_port, server_port,
        client_port, identity, *counts,
    ) = row  # fmt: skip
    return Flow(
        protocol,
        (source, number(source_port, "big")),
        (target, number(target_port, "big")),
        (server, number(server_port, "big")),
        (client, number(client_port, "big")),
        number(identity, "big"),
        kind == _DELETED,
        *(None if count is None else number(count, "big") for count in counts),
    )


def _tuple(side: int, protocol: int, source: Address, target: Address) -> bytes:
    first = 1 if len(source[0]) == 4 else 3
    ip = attribute(first, source[0]) + attribute(first + 1, target[0])
    ports = attribute(1, bytes([protocol]))
    for kind, (_, port) in ((2, source), (3, target)):
        ports += attribute(kind, struct.pack(">H", port))
    parts = attribute(1, ip, nested=True) + attribute(2, ports, nested=True)
    return attribute(side, parts, nested=True)


class Conntrack:
    """Questions. Made in the host's network namespace; needs CAP_NET_ADMIN. Raises OSError when
    the kernel refuses."""

    def __init__(self, buffer: bytearray) -> None:
        self._buffer = buffer
        self._layouts = Layouts(describe)
        self._link = netlink.open_socket(netlink.NETFILTER)

    def sent(self, protocol: int, source: Address, target: Address) -> Flow | None:
        """The flow that `source` began by sending to `target`, as it saw it."""
        return self._find(_ORIGINAL, protocol, source, target)

    def answered(self, protocol: int, server: Address, client: Address) -> Flow | None:
        """The flow in which `server` answers `client`, as the server sees it."""
        return self._find(_REPLY, protocol, server, client)

    def datagrams(self, family: int) -> list[Flow]:
        """All UDP flows of AF_INET or AF_INET6. The kernel is asked to leave out the rest
        (Linux 5.8); an older one sends everything."""
        protocol = attribute(2, attribute(1, bytes([UDP])), nested=True)
        flags = attribute(1, struct.pack("=I", _FILTER_PROTOCOL)) + attribute(2, bytes(4))
        wanted = attribute(_ORIGINAL, protocol, nested=True)
        wanted += attribute(_FILTER, flags, nested=True)
        flows = self._ask(family, wanted, netlink.NLM_F_DUMP)
        return [flow for flow in flows if flow.protocol == UDP]

    def close(self) -> None:
        netlink.close(self._link)

    def _find(self, side: int, protocol: int, source: Address, target: Address) -> Flow | None:
        family = socket.AF_INET if len(source[0]) == 4 else socket.AF_INET6
        try:
            return next(self._ask(family, _tuple(side, protocol, source, target), 0), None)
        except FileNotFoundError:
            return None

    def _ask(self, family: int, wanted: bytes, flags: int) -> Iterator[Flow]:
        body = struct.pack("=BBH", family, 0, 0) + wanted
        for size in netlink.ask(self._link, _GET, flags, body, self._buffer):
            yield from map(_flow, self._layouts.read(self._buffer, size))


class ConntrackEvents:
    """Flows of a protocol that begin and, unless `ends` is False, end, with final counts. Made
    in the host's network namespace; needs CAP_NET_ADMIN. Raises OSError when the kernel refuses.
    """

    def __init__(self, protocol: int = UDP, *, ends: bool = True) -> None:
        self._layouts = Layouts(describe)
        groups = (_NEW_GROUP, _DESTROY_GROUP) if ends else (_NEW_GROUP,)
        only = (*_TO_PROTOCOL, (0x15, 0, 1, protocol), *_PASS_OR_DROP)
        self._events = Subscription(netlink.NETFILTER, groups, only=only)

    @property
    def overruns(self) -> int:
        return self._events.overruns

    def read(self) -> list[Flow]:
        """What has arrived, some thousand at most."""
        return self._flows(self._events.read())

    def first(self, most: int) -> tuple[list[Flow], int]:
        """The same, of which at most so many are looked at, and of those that differ in the
        ports of their clients alone one is given; and how many were not looked at."""
        found = self._events.read()
        rows = self._layouts.each(data for _, data in found[:most])
        kinds = {_KIND(row): row for row in rows}
        return list(map(_flow, kinds.values())), max(0, len(found) - most)

    def _flows(self, found: list[tuple[int | None, bytes]]) -> list[Flow]:
        return [_flow(row) for _, data in found for row in self._layouts.read(data, len(data))]

    def close(self) -> None:
        self._events.close()
