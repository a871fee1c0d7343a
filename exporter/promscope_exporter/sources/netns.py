"""Network namespaces: being inside one for a moment, and the ids the host knows them by.

Sources: setns(2), network_namespaces(7), rtnetlink(7) (RTM_GETNSID, linux/net_namespace.h).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from promscope_exporter.sources import netlink

_CLONE_NEWNET = 0x40000000
_NEWNSID, _GETNSID = 88, 90
_NSID, _FD = 1, 3

Made = TypeVar("Made")

_libc = ctypes.CDLL(None, use_errno=True)


def identity(path: str) -> int:
    """The inode number of the namespace at `path` (such as /proc/1/ns/net). Raises OSError."""
    return os.stat(path).st_ino  # noqa: PTH116 - called per container and scrape


def inside(path: str, make: Callable[[], Made]) -> Made:
    """The result of `make`, called inside the namespace at `path`.

    A socket stays in the namespace it was made in. The call runs in a thread of its own that
    ends there, so no other thread can be left behind in a foreign namespace. Raises OSError
    when it cannot be entered (needs CAP_SYS_ADMIN), and whatever `make` raises.
    """
    results: list[Made] = []
    errors: list[Exception] = []

    def enter() -> None:
        try:
            with _opened(path) as descriptor:
                if _libc.setns(descriptor, _CLONE_NEWNET):
                    code = ctypes.get_errno()
                    raise OSError(code, f"{path} cannot be entered: {os.strerror(code)}")
            results.append(make())
        except Exception as error:  # noqa: BLE001 - raised again in the calling thread
            errors.append(error)

    thread = threading.Thread(target=enter, name="netns", daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


class Nsids:
    """The numbers by which events of other namespaces name them, in the host's namespace."""

    def __init__(self) -> None:
        self._link = netlink.open_socket(netlink.ROUTE)
        self._buffer = bytearray(netlink.BUFFER_BYTES)

    def of(self, path: str) -> int:
        """The id of the namespace at `path`; it gets one if it had none (a container without a
        network). Raises OSError."""
        with _opened(path) as descriptor:
            word = netlink.attribute(_FD, struct.pack("=I", descriptor))
            found = self._ask(word)
            if found < 0:
                request = bytes(4) + netlink.attribute(_NSID, struct.pack("=i", -1)) + word
                for _ in netlink.ask(
                    self._link, _NEWNSID, netlink.NLM_F_ACK, request, self._buffer
                ):
                    pass
                found = self._ask(word)
        return found

    def close(self) -> None:
        netlink.close(self._link)

    def _ask(self, word: bytes) -> int:
        found = -1
        for size in netlink.ask(self._link, _GETNSID, 0, bytes(4) + word, self._buffer):
            for _, start, end in netlink.messages(self._buffer, size):
                place = netlink.attributes(self._buffer, start + 20, end).get(_NSID)
                if place:
                    found = int(struct.unpack_from("=i", self._buffer, place.start)[0])
        return found


@contextlib.contextmanager
def _opened(path: str) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
