"""UDP sockets that have chosen their peer, as /proc/PID/net/udp and udp6 list them (proc(5)).

For questions only: the files are made anew at each reading, at a price that grows with every
socket of the namespace.
"""

from __future__ import annotations

import struct
import sys
from typing import NamedTuple

from promscope_exporter.sources.address import canonical

_WORDS = {8: 1, 32: 4}  # hex digits of an address → 32-bit words in the machine's own order


class Datagrams(NamedTuple):
    """A socket and its peer; addresses are packed."""

    local: tuple[bytes, int]
    remote: tuple[bytes, int]
    inode: int


def connected(text: bytes) -> list[Datagrams]:
    """Those of one file; lines that cannot be read are left out."""
    found = []
    for line in text.decode("ascii", "replace").splitlines()[1:]:
        fields = line.split()
        try:
            local, remote = _end(fields[1]), _end(fields[2])
            if remote[1]:
                found.append(Datagrams(local, remote, int(fields[9])))
        except (IndexError, ValueError, struct.error, KeyError):
            continue
    return found


def _end(text: str) -> tuple[bytes, int]:
    digits, _, port = text.partition(":")
    raw = bytes.fromhex(digits)
    if sys.byteorder == "little":
        words = _WORDS[len(digits)]
        raw = struct.pack(f">{words}I", *struct.unpack(f"<{words}I", raw))
    return canonical(raw), int(port, 16)
