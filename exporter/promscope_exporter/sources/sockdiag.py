"""TCP and UDP sockets of one network namespace, from the kernel's sock_diag.

Sources: linux/inet_diag.h, linux/tcp.h (struct tcp_info), net/ipv4/inet_diag.c, sock_diag(7).
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from typing import NamedTuple

from promscope_exporter.sources import netlink
from promscope_exporter.sources.layout import Field, Layouts, Row, Template

SOCK_DIAG_BY_FAMILY, TCPDIAG_GETSOCK = 20, 18
IPV4, IPV6 = 2, 10
TCP, UDP = 6, 17

ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT = 1, 2, 3, 4, 5, 6
CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING = 7, 8, 9, 10, 11

#: Half-made and waiting sockets have no tcp_info: nothing could be counted of them.
_CONNECTED = 0xFFF & ~(1 << LISTEN | 1 << TIME_WAIT | 1 << SYN_RECV | 1 << CLOSE)

_EXT_INFO = 1 << 1
_ATTR_INFO, _ATTR_CGROUP = 2, 21
_MESSAGE = 16 + 72
_CGROUP_BYTES = 8
_INFO_BYTES = 216  # up to and including tcpi_bytes_retrans: Linux 4.19

_LEGACY = struct.Struct("=BBBB2s2s16s16sIQII")
_REQUEST = struct.Struct("=BBBBI2s2s16s16sIQ")
_ANY = (b"", b"", b"", b"", 0, 0xFFFFFFFFFFFFFFFF)
_LISTENER = struct.Struct("=BBxx2s2s16s16sIQ12xII")
_AT_ONCE = 32  # the answers must fit into the socket's buffer
_MAPPED = bytes(10) + b"\xff\xff"

#: A row of `SockDiag.connections`, and of the end of a socket (sources.tcpevents):
#: family (2 or 10), state, local port, remote port (2 bytes each, network order), local
#: address, remote address (16 bytes each, as the kernel has them), cookie, inode, cgroup id
#: (None below Linux 5.7), unacked (segments), rtt (microseconds), total_retrans (segments),
#: bytes_acked, bytes_received, bytes_sent, bytes_retrans.
Connection = Row


class Listener(NamedTuple):
    """A socket that waits for peers. `ip` is packed, 4 or 16 bytes, all zero for any.
    `connected`: a UDP socket that has chosen its peer."""

    ip: bytes
    port: int
    cookie: int
    inode: int
    cgroup: int | None
    connected: bool = False


def address(family: int, raw: bytes) -> bytes:
    """The packed address of a row: 4 bytes for IPv4, also when an IPv6 socket speaks it."""
    if family == IPV4:
        return raw[:4]
    return raw[12:] if raw.startswith(_MAPPED) else raw


def describe(message: bytes) -> Template:
    """How to read a message with tcp_info. One without it (a socket that only waits for its
    port to be free again) has no row."""
    guards: list[Field] = [(0, "I"), (4, "H")]
    if len(message) < _MESSAGE:
        return Template(message, guards, None)
    parts = list(netlink.walk(message, _MESSAGE, len(message)))
    guards.extend((place.start - 4, "I") for _, place in parts)
    end = (parts[-1][1].stop + 3) & ~3 if parts else _MESSAGE
    if end + 4 <= len(message):
        guards.append((end, "I"))  # what is no attribute any more
    found = dict(parts)
    info, cgroup = found.get(_ATTR_INFO), found.get(_ATTR_CGROUP)
    if cgroup is not None and cgroup.stop - cgroup.start < _CGROUP_BYTES:
        cgroup = None
    if info is None or info.stop - info.start < _INFO_BYTES:
        return Template(message, guards, None)
    at = info.start
    fields: list[Field | None] = [
        (16, "B"), (17, "B"), (20, "2s"), (22, "2s"), (24, "16s"), (40, "16s"), (60, "Q"),
        (84, "I"), (cgroup.start, "Q") if cgroup else None,
        (at + 24, "I"), (at + 68, "I"), (at + 100, "I"),
        (at + 120, "Q"), (at + 128, "Q"), (at + 200, "Q"), (at + 208, "Q"),
    ]  # fmt: skip
    return Template(message, guards, fields)


def question(row: Connection) -> bytes:
    """What to ask `SockDiag.again` about the socket of a row."""
    family, _, sport, dport, source, destination, cookie = row[:7]
    states = 0xFFFFFFFF
    return _REQUEST.pack(
        family, TCP, _EXT_INFO, 0, states, sport, dport, source, destination, 0, cookie
    )


class SockDiag:
    """A sock_diag socket of the network namespace in which it was made.

    Kept, it keeps the namespace alive: close it when the namespace's containers are gone.
    `buffer` and `layouts` may be shared by everything that one thread reads.
    Every call raises OSError when the kernel refuses; close it then.
    """

    def __init__(self, buffer: bytearray, layouts: Layouts) -> None:
        self._link = netlink.open_socket(netlink.SOCK_DIAG)
        self._buffer = buffer
        self._layouts = layouts

    def connections(self, only: bytes = b"") -> list[Connection]:
        """Every TCP socket with a peer or on its way to one, both families in one walk; of
        these what a filter (sources.socket_filter) lets through."""
        rows: list[Connection] = []
        for size in self._tcp(_EXT_INFO, _CONNECTED, only):
            rows += self._layouts.read(self._buffer, size)
        return rows

    def again(self, questions: list[bytes]) -> list[Connection]:
        """The same sockets as they are now (`question` makes the questions), without those
        that are gone. A dump walks the hash table of the whole machine, some 1 ms; this costs
        some 5 µs per socket."""
        rows: list[Connection] = []
        for start in range(0, len(questions), _AT_ONCE):
            part = questions[start : start + _AT_ONCE]
            for size in netlink.ask_many(self._link, SOCK_DIAG_BY_FAMILY, part, self._buffer):
                rows += self._layouts.read(self._buffer, size)
        return rows

    def listeners(self) -> list[Listener]:
        """Every listening TCP socket."""
        found: list[Listener] = []
        for size in self._tcp(0, 1 << LISTEN):
            found += self._listeners(size)
        return found

    def datagram(self) -> list[Listener]:
        """Every UDP socket that is bound to a port."""
        found: list[Listener] = []
        for family in (IPV4, IPV6):
            request = _REQUEST.pack(family, UDP, 0, 0, 1 << CLOSE | 1 << ESTABLISHED, *_ANY)
            for size in self._dump(SOCK_DIAG_BY_FAMILY, request):
                found += self._listeners(size)
        return found

    def close(self) -> None:
        netlink.close(self._link)

    def _tcp(self, extensions: int, states: int, only: bytes = b"") -> Iterator[int]:
        # The legacy request is the one that answers with both families from one walk of the
        # hash tables of the whole machine, which is most of what a dump costs.
        request = _LEGACY.pack(IPV4, 0, 0, extensions, *_ANY, states, 0)
        return self._dump(TCPDIAG_GETSOCK, request + only)

    def _dump(self, kind: int, request: bytes) -> Iterator[int]:
        return netlink.ask(self._link, kind, netlink.NLM_F_DUMP, request, self._buffer)

    def _listeners(self, size: int) -> Iterator[Listener]:
        buffer = self._buffer
        for _, start, end in netlink.messages(buffer, size):
            if end - start < _MESSAGE:
                continue
            family, state, port, _, source, _, _, cookie, _, inode = _LISTENER.unpack_from(
                buffer, start + 16
            )
            cgroup = netlink.attributes(buffer, start + _MESSAGE, end).get(_ATTR_CGROUP)
            identity = int.from_bytes(buffer[cgroup], sys.byteorder) if cgroup else None
            yield Listener(
                address(family, source),
                int.from_bytes(port, "big"),
                cookie,
                inode,
                identity,
                state == ESTABLISHED,
            )
