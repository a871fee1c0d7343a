"""What the kernel answers on netlink sockets: sock_diag, conntrack, rtnetlink.

A stand-in for the socket plays the kernel: it answers each request with the input, under the
number of the request, and then has nothing more to say (EAGAIN, as after the time limit).
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Callable
from unittest.mock import patch

from promscope_exporter.sources import netlink
from promscope_exporter.sources.conntrack import Conntrack, ConntrackEvents
from promscope_exporter.sources.conntrack import describe as describe_flow
from promscope_exporter.sources.interfaces import interfaces
from promscope_exporter.sources.layout import Layouts
from promscope_exporter.sources.netlink import ATTRIBUTE, HEADER, attribute
from promscope_exporter.sources.netns import Nsids
from promscope_exporter.sources.procevents import ProcEvents
from promscope_exporter.sources.sockdiag import SockDiag, question
from promscope_exporter.sources.sockdiag import describe as describe_socket
from promscope_exporter.sources.tcpevents import TcpEvents
from tests.fuzz.target import Target

_ADDRESS = bytes((127, 0, 0, 1)) + bytes(12)


def _message(kind: int, body: bytes) -> bytes:
    text = HEADER.pack(HEADER.size + len(body), kind, 2, 1, 0) + body
    return text + bytes(-len(text) % 4)


_DONE = _message(netlink.NLMSG_DONE, bytes(4))
_REFUSED = _message(netlink.NLMSG_ERROR, struct.pack("=i", -errno.EPERM) + bytes(16))


def _socket(cookie: int, *, info: int = 280, state: int = 1) -> bytes:
    """An inet_diag_msg and its attributes, as Linux 6 orders them."""
    body = struct.pack(
        "=BBBB2s2s16s16sIQIIIII", 2, state, 0, 0, b"\x9c\x40", b"\0P", _ADDRESS, _ADDRESS, 0,
        cookie, 0, 0, 0, 0, 4321,
    )  # fmt: skip
    for kind, payload in ((8, b"\0"), (15, bytes(4)), (21, bytes(8)), (22, bytes(4))):
        body += attribute(kind, payload)
    return _message(20, body + (attribute(2, bytes(info)) if info else b""))


def _flow(kind: int = 0x100, *, counted: bool = True, v6: bool = False) -> bytes:
    def addresses(side: int, protocol: int) -> bytes:
        first, ip = (3, _ADDRESS) if v6 else (1, _ADDRESS[:4])
        where = attribute(first, ip) + attribute(first + 1, ip)
        ports = attribute(1, bytes([protocol])) + attribute(2, b"\x9c\x40") + attribute(3, b"\0P")
        parts = attribute(1, where, nested=True) + attribute(2, ports, nested=True)
        return attribute(side, parts, nested=True)

    body = struct.pack("=BBH", 10 if v6 else 2, 0, 0) + addresses(1, 17) + addresses(2, 17)
    body += attribute(3, bytes(4)) + attribute(12, b"\0\0\0\7")
    if counted:
        both = attribute(1, bytes(8)) + attribute(2, bytes(8))
        body += attribute(9, both, nested=True) + attribute(10, both, nested=True)
    return _message(kind, body)


def _link(index: int) -> bytes:
    kind = attribute(1, b"veth\0")
    body = struct.pack("=BxHiII", 0, 1, index, 1, 0) + attribute(3, b"eth0\0")
    body += attribute(5, struct.pack("=i", 7)) + attribute(10, struct.pack("=i", 2))
    return _message(16, body + attribute(18, kind, nested=True) + attribute(37, bytes(4)))


def _place(index: int) -> bytes:
    body = struct.pack("=BBBBi", 2, 24, 0, 0, index)
    return _message(20, body + attribute(1, _ADDRESS[:4]) + attribute(2, _ADDRESS[:4]))


_SOCKETS = [
    _socket(1) + _socket(2) + _socket(3) + _DONE,
    _socket(1) + _socket(2, info=0, state=10) + _socket(3, info=200) + _DONE,
    _socket(1),
    _DONE,
    _REFUSED,
]
_FLOWS = [
    _flow() + _flow() + _DONE,
    _flow(counted=False) + _flow(0x102) + _flow(v6=True) + _DONE,
    _flow(),
    _REFUSED,
]
_LINKS = [_link(1) + _link(2) + _DONE, _place(1) + _place(2) + _DONE, _REFUSED]
_NSIDS = [_message(88, bytes(4) + attribute(1, struct.pack("=i", 5))), _REFUSED]


def _program(what: int, pid: int = 5, tgid: int = 5) -> bytes:
    event = struct.pack("=IIQii", what, 0, 1, pid, tgid)
    return _message(3, struct.pack("=IIIIHH", 1, 1, 0, 0, len(event), 0) + event)


_PROGRAMS = [_program(2), _program(0x80000000), _program(2, 6), _program(0, 1), _program(0, 0)]


class Kernel:
    """Stands for a netlink socket."""

    def __init__(self, said: bytes) -> None:
        self._said = said
        self._left: list[bytes] = []

    def send(self, request: bytes) -> int:
        said = bytearray(self._said)
        if len(said) >= HEADER.size:
            said[8:12] = request[8:12]
            # the end of a dump has the number of the request too
            if said[-20:-16] == struct.pack("=I", 20):
                said[-12:-8] = request[8:12]
        self._left = [bytes(said)] * 2
        return len(request)

    def recv_into(self, buffer: bytearray) -> int:
        part = self._next()[: len(buffer)]
        buffer[: len(part)] = part
        return len(part)

    def recvmsg(self, size: int, _: int) -> tuple[bytes, list[tuple[int, int, bytes]], int, None]:
        part = self._next()[:size]
        nsid = struct.pack("=i", 3)
        return part, [(netlink.SOL_NETLINK, netlink.NETLINK_LISTEN_ALL_NSID, nsid)], 0, None

    def tell(self) -> Kernel:
        """An event instead of an answer."""
        self._left = [self._said]
        return self

    def setsockopt(self, *_: object) -> None:
        pass

    def setblocking(self, _: bool) -> None:
        pass

    def close(self) -> None:
        pass

    def _next(self) -> bytes:
        if not self._left:
            raise BlockingIOError(errno.EAGAIN, "nothing more")
        return self._left.pop(0)


def _asked(ask: Callable[[], object], seeds: list[bytes]) -> Target:
    def call(data: bytes) -> object:
        with patch.object(netlink, "open_socket", lambda *_, **__: Kernel(data).tell()):
            return ask()

    return Target(call, seeds, (OSError,))


def _connections() -> object:
    diag = SockDiag(bytearray(netlink.BUFFER_BYTES), Layouts(describe_socket))
    try:
        rows = diag.connections()
    except OSError:
        rows = []
    for row in rows:
        assert len(question(row)) == 56
    again = diag.again([question(row) for row in rows[:40]]) if rows else []
    return min(len(rows), 3), min(len(again), 3), bool(rows and rows[0][8] is None)


def _listeners() -> object:
    diag = SockDiag(bytearray(netlink.BUFFER_BYTES), Layouts(describe_socket))
    found = diag.listeners() + diag.datagram()
    assert all(len(one.ip) in (4, 16) for one in found)
    return min(len(found), 3), sum(one.connected for one in found)


def _datagrams() -> object:
    tracked = Conntrack(bytearray(netlink.BUFFER_BYTES))
    flows = tracked.datagrams(socket.AF_INET)
    one = tracked.sent(17, (_ADDRESS[:4], 1), (_ADDRESS[:4], 2))
    assert all(len(flow.source[0]) in (4, 16) for flow in flows)
    return min(len(flows), 3), one is None, any(flow.sent_bytes is None for flow in flows)


def _ends() -> object:
    ended = TcpEvents().read()
    return min(len(ended), 3), any(nsid == 3 for nsid, _ in ended)


def _changes() -> object:
    flows = ConntrackEvents().read()
    return min(len(flows), 3), any(flow.ended for flow in flows)


def _programs() -> object:
    found = ProcEvents().read()
    return tuple(one.kind for one in found)


def _interfaces() -> object:
    found = interfaces()
    for one in found:
        one.name.encode()
        assert all(len(address) in (4, 16) for address in one.addresses)
    return min(len(found), 3), any(one.addresses for one in found)


def _nsid() -> object:
    return Nsids().of(os.devnull) < 0


def _mixed(data: bytes) -> object:
    """Messages of many layouts one after the other through one reader: what it has learnt from
    the first must not make it misread the next."""
    fresh, used = Layouts(describe_socket), Layouts(describe_socket)
    used.read(bytearray(_SOCKETS[0]), len(_SOCKETS[0]))
    buffer = bytearray(data)
    rows = used.read(buffer, len(buffer))
    assert rows == fresh.read(buffer, len(buffer)) == used.read(buffer, len(buffer))
    return min(len(rows), 3)


def _attributes(data: bytes) -> object:
    found = netlink.attributes(data, 0, len(data))
    assert all(0 <= place.start <= place.stop <= len(data) for place in found.values())
    whole = list(netlink.messages(bytearray(data), len(data)))
    assert all(end <= len(data) for _, _, end in whole)
    return min(len(found), 5), min(len(whole), 5), ATTRIBUTE.size


def _flows(data: bytes) -> object:
    reader = Layouts(describe_flow)
    buffer = bytearray(data)
    return min(len(reader.read(buffer, len(buffer))), 3)


TARGETS = {
    "connections": _asked(_connections, _SOCKETS),
    "listeners": _asked(_listeners, _SOCKETS),
    "tcp-events": _asked(_ends, _SOCKETS),
    "datagrams": _asked(_datagrams, _FLOWS),
    "conntrack-events": _asked(_changes, _FLOWS),
    "process-events": _asked(_programs, [*_PROGRAMS, *_SOCKETS]),
    "interfaces": _asked(_interfaces, _LINKS),
    "nsids": _asked(_nsid, _NSIDS),
    "layouts": Target(_mixed, _SOCKETS),
    "flows": Target(_flows, _FLOWS),
    "attributes": Target(_attributes, [_flow()[20:], _link(1)[32:], *_SOCKETS]),
}
