"""Who listens where; and from that, which end of a connection dialled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.sources import sockdiag
from promscope_exporter.sources.conntrack import Address
from promscope_exporter.sources.sockdiag import Connection as Row
from promscope_exporter.sources.sockdiag import Listener

#: A program may stop listening while its connections live on (nc -l, a restart): remembered
#: for this many seconds.
_MEMORY = 600.0


class Listening(NamedTuple):
    """One listening address of one space; `inode` leads to the process."""

    owner: Owner
    inode: int
    protocol: str
    ip: bytes
    port: int


class Listeners:
    """Listening sockets by space. `ephemeral`: the host's range of client ports."""

    def __init__(self, ephemeral: tuple[int, int]) -> None:
        self._ephemeral = ephemeral
        self._now: dict[Space, dict[tuple[str, bytes, int], Listening]] = {}
        self._ports: dict[Space, set[int]] = {}
        self._before: dict[tuple[Space, str, int], float] = {}

    def update(self, space: Space, found: Iterable[Listening], now: float) -> None:
        """All that listen in `space`."""
        table = {(one.protocol, one.ip, one.port): one for one in found}
        self._now[space] = table
        self._ports[space] = {port for _, _, port in table}
        for protocol, _, port in table:
            self._before[space, protocol, port] = now

    def forget(self, space: Space) -> None:
        self._now.pop(space, None)
        self._ports.pop(space, None)
        self._before = {key: at for key, at in self._before.items() if key[0] is not space}

    def expire(self, now: float) -> None:
        over = [key for key, at in self._before.items() if now - at > _MEMORY]
        for key in over:
            del self._before[key]

    def items(self) -> Iterator[tuple[Space, Listening]]:
        for space, table in self._now.items():
            for one in table.values():
                yield space, one

    def at(self, space: Space | None, protocol: str, address: Address) -> Listening | None:
        """Who listens on the address, on any address included."""
        ip, port = address
        if space is None or port not in self._ports.get(space, ()):
            return None
        table = self._now[space]
        for candidate in (ip, bytes(len(ip)), bytes(16)):
            found = table.get((protocol, candidate, port))
            if found:
                return found
        return None

    def dialled(
        self, space: Space, local: Address, other: Space | None, remote: Address, row: Row
    ) -> bool:
        """Whether this end of a TCP connection opened it. `other`: the space of the other end,
        if it is one of ours.

        A listener decides; where there is none (any more), the kernel's counts: the SYN counts
        as one acknowledged byte on the side that sent it and only there; then a listener that
        was there; then the range from which the kernel takes client ports.
        """
        if self.at(space, "tcp", local):
            return False
        if self.at(other, "tcp", remote):
            return True
        unanswered = row[9]
        acked, received, sent, resent = row[12:16]
        extra = acked - (sent - resent)
        if row[1] in (sockdiag.ESTABLISHED, sockdiag.CLOSE_WAIT) and not unanswered:
            return bool(extra > 0)
        if row[1] == sockdiag.SYN_SENT or not acked | received:  # on its way, or never arrived
            return True
        if row[1] == sockdiag.CLOSE and extra in (0, 2):  # no SYN; or SYN and FIN
            return bool(extra)
        if (space, "tcp", local[1]) in self._before:
            return False
        if other and (other, "tcp", remote[1]) in self._before:
            return True
        low, high = self._ephemeral
        return low <= local[1] <= high or not low <= remote[1] <= high


def is_datagram_server(listener: Listener, ephemeral: tuple[int, int]) -> bool:
    """UDP has no listening state: a socket without a peer on a port that the kernel does not
    hand out by itself waits for others to speak first."""
    return not ephemeral[0] <= listener.port <= ephemeral[1]
