"""A TCP connection as this host sees it: one or both ends, and what has been counted."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

from promscope_exporter.edges.table import Counters
from promscope_exporter.sources import sockdiag
from promscope_exporter.sources.sockdiag import Connection as Row

_RECEIVED_FIN = (sockdiag.CLOSE_WAIT, sockdiag.LAST_ACK, sockdiag.CLOSING, sockdiag.CLOSE)
_OPEN = (sockdiag.ESTABLISHED, sockdiag.CLOSE_WAIT, sockdiag.FIN_WAIT1, sockdiag.FIN_WAIT2)


class Socket(NamedTuple):
    """What does not change about one end of a connection.

    `pair` is equal for both ends; `dialled`: this end opened the connection; `alone`: the
    other end is not on this host. `facts` is for whoever places the connection.
    """

    pair: Hashable
    dialled: bool
    alone: bool
    facts: Any


#: What is kept of a socket once its connection has its place: there can be many.
_PLACED = {
    (one, two): Socket(None, one, two, None) for one in (False, True) for two in (False, True)
}


class End:
    """One socket of a connection. `gone`: since when it is missing from the polls; `mark`: the
    sum of its counts, which only grow."""

    __slots__ = ("connection", "gone", "mark", "polls", "seen", "socket", "state")

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.connection: Connection | None = None
        self.mark = 0
        self.state = 0
        self.seen = 0
        self.polls = 0
        self.gone: float | None = None


NOTHING = (0, 0, 0)


class Connection:
    """Both ends as far as they are known. `since`, `round`: when it was first seen.

    `given` is how much of its totals (transmitted, received, resent) other counters than
    `counters` have; `counted`: it is among the connections made; `before`: an earlier one of
    the same pair of addresses.
    """

    __slots__ = (
        "baseline", "before", "client", "counted", "counters", "failed", "given", "open", "pair",
        "received", "resent", "round", "server", "since", "transmitted",
    )  # fmt: skip

    def __init__(self, pair: Hashable, since: float, round_: int) -> None:
        self.pair = pair
        self.client: End | None = None
        self.server: End | None = None
        self.counters: Counters | None = None
        self.baseline = False
        self.counted = False
        self.failed = False
        self.open = False
        self.round = round_
        self.since = since
        self.transmitted = self.received = self.resent = 0
        self.given = NOTHING
        self.before: Connection | None = None

    @property
    def totals(self) -> tuple[int, int, int]:
        return self.transmitted, self.received, self.resent


def payload(dialled: bool, row: Row) -> tuple[int, int]:
    """Payload bytes (sent and acknowledged, received) of a socket's counts.

    The kernel counts SYN and FIN as one byte each: the SYN on the side that dialled, the
    sender's FIN in bytes_acked but not in bytes_sent, the peer's FIN in bytes_received
    (net/ipv4/tcp_input.c). An ended socket is taken to have received one; where a reset ended
    it, the sender's own count is exact.
    """
    acked, received, sent, resent = row[12:16]
    out = min(acked - dialled, sent - resent)
    got = received - (row[1] in _RECEIVED_FIN)
    return (out if out > 0 else 0), (got if got > 0 else 0)


def mark(row: Row) -> int:
    """Differs whenever the counts of a socket do, because none of them ever shrinks."""
    resends, acked, received, sent, resent = row[11:16]
    return int(resends + acked + received + sent + resent)


def complete(connection: Connection) -> bool:
    """Whether nothing more can be told of a connection whose known ends are gone."""
    client, server = connection.client, connection.server
    if connection.failed or (client is None) == (server is None):
        return True
    end = client or server
    return end is not None and end.socket.alone


def shed(end: End | None) -> None:
    """Let go of what is needed only until the connection has its place."""
    if end is not None:
        end.socket = _PLACED[end.socket.dialled, end.socket.alone]


def look(connection: Connection | None) -> None:
    """Keep the number of open connections of the counters right."""
    if connection is None or connection.counters is None:
        return
    end = connection.client or connection.server
    is_open = end is not None and end.gone is None and end.state in _OPEN
    if is_open != connection.open:
        connection.open = is_open
        connection.counters.connections += 1 if is_open else -1
