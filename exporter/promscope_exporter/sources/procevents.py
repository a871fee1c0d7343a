"""Programs that begin and processes that end, told by the kernel's process connector.

Sources: linux/cn_proc.h, linux/connector.h, drivers/connector/cn_proc.c. Needs CAP_NET_ADMIN,
and the first network and pid namespace.
"""

from __future__ import annotations

import os
import re
import struct
from typing import Literal, NamedTuple

from promscope_exporter.sources import netlink
from promscope_exporter.sources.subscription import Subscription

_CONNECTOR, _CN_IDX_PROC, _CN_VAL_PROC = 11, 1, 1
_LISTEN = 1
_NONE, _EXEC, _EXIT = 0, 0x00000002, 0x80000000
_CN = struct.Struct("=IIIIHH")  # idx, val, seq, ack, len, flags
_EVENT = struct.Struct("=IIQii")  # what, cpu, timestamp_ns, pid, tgid
_AT = netlink.HEADER.size + _CN.size
#: From this version on the kernel leaves out the kinds that nobody asked for.
_MASKS = (6, 6)
_RECEIVE_BYTES = 1 << 20


class ProcEvent(NamedTuple):
    kind: Literal["exec", "exit"]
    pid: int


class ProcEvents:
    """Raises OSError when the kernel refuses. `overruns`: see `Subscription`."""

    def __init__(self) -> None:
        self._events = Subscription(_CONNECTOR, (_CN_IDX_PROC,), receive_bytes=_RECEIVE_BYTES)
        words = re.match(r"(\d+)\.(\d+)", os.uname().release)
        masks = words is not None and tuple(map(int, words.groups())) >= _MASKS
        wish = struct.pack("=II", _LISTEN, _EXEC | _EXIT) if masks else struct.pack("=I", _LISTEN)
        body = _CN.pack(_CN_IDX_PROC, _CN_VAL_PROC, 0, 0, len(wish), 0) + wish
        size = netlink.HEADER.size + len(body)
        try:
            self._events.send(netlink.HEADER.pack(size, netlink.NLMSG_DONE, 0, 0, 0) + body)
        except OSError:
            self.close()
            raise

    @property
    def overruns(self) -> int:
        return self._events.overruns

    def read(self) -> list[ProcEvent]:
        """What has arrived, some thousand at most; threads are left out. Raises OSError when
        the kernel has refused meanwhile (another pid namespace)."""
        found = []
        for _, data in self._events.read():
            if len(data) < _AT + _EVENT.size:
                continue
            what, _, _, pid, tgid = _EVENT.unpack_from(data, _AT)
            if what == _NONE and pid:  # the answer to the wish: an error number
                raise OSError(pid, os.strerror(pid))
            if pid == tgid and what in (_EXEC, _EXIT):
                found.append(ProcEvent("exec" if what == _EXEC else "exit", pid))
        return found

    def close(self) -> None:
        self._events.close()
