"""Multicast groups of netlink: a stream of the kernel's events, read in batches."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import socket
import struct
from collections.abc import Sequence

from promscope_exporter.sources import netlink

_RECEIVE_BYTES = 8 << 20
_BATCH = 4096
_SO_ATTACH_FILTER = 26
_ANCILLARY_BYTES = socket.CMSG_SPACE(4)

#: An instruction of classic BPF (linux/filter.h): code, jump if true, jump if false, operand.
Instruction = tuple[int, int, int, int]


class Subscription:
    """Events of `groups` of a netlink protocol, in the calling thread's network namespace.

    `every_namespace` asks for those of all namespaces that have an id in this one, and becomes
    False when that is refused (no CAP_NET_BROADCAST). `only` is a program that says which
    events to queue at all. `overruns` counts how often the kernel had to drop events because
    they were not read in time. Raises OSError when the kernel refuses.
    """

    def __init__(
        self,
        protocol: int,
        groups: Sequence[int],
        *,
        every_namespace: bool = False,
        only: Sequence[Instruction] = (),
        receive_bytes: int = _RECEIVE_BYTES,
    ) -> None:
        self.overruns = 0
        self.every_namespace = False
        self._link = netlink.open_socket(protocol, receive_bytes)
        try:
            if only:
                _attach(self._link, only)
            for group in groups:
                self._link.setsockopt(netlink.SOL_NETLINK, netlink.NETLINK_ADD_MEMBERSHIP, group)
            if every_namespace:
                with contextlib.suppress(OSError):
                    self._link.setsockopt(netlink.SOL_NETLINK, netlink.NETLINK_LISTEN_ALL_NSID, 1)
                    self.every_namespace = True
            self._link.setblocking(False)
        except OSError:
            self._link.close()
            raise

    def read(self) -> list[tuple[int | None, bytes]]:
        """What has arrived, some thousand events at most: the id of the namespace (None: this
        one) and the messages."""
        found: list[tuple[int | None, bytes]] = []
        while len(found) < _BATCH:
            try:
                data, ancillary, _, _ = self._link.recvmsg(netlink.BUFFER_BYTES, _ANCILLARY_BYTES)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                self.overruns += 1
                continue
            found.append((_nsid(ancillary), data))
        return found

    def send(self, message: bytes) -> None:
        """Tell the kernel something. Raises OSError."""
        self._link.send(message)

    def close(self) -> None:
        netlink.close(self._link)


def _attach(link: socket.socket, program: Sequence[Instruction]) -> None:
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    held = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(program), ctypes.addressof(held))
    link.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, header)


def _nsid(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    for level, kind, data in ancillary:
        if (level, kind) == (netlink.SOL_NETLINK, netlink.NETLINK_LISTEN_ALL_NSID):
            nsid = int(struct.unpack("=i", data[:4])[0])
            return nsid if nsid >= 0 else None
    return None
