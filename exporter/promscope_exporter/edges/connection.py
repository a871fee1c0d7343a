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


class End:
    """One socket of a connection. `gone`: since when it is missing from the polls."""

    __slots__ = ("connection", "counts", "gone", "polls", "seen", "socket", "state")

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.connection: Connection | None = None
        self.counts: tuple[int, ...] = ()
        self.state = 0
        self.seen = 0
        self.polls = 0
        self.gone: float | None = None


class Connection:
    """Both ends as far as they are known. `since`, `round`: when it was first seen.

    `given` is how much of `totals` (transmitted, received, retransmits) the counters have;
    `counted`: it is among the connections made.
    """

    __slots__ = (
        "baseline", "client", "counted", "counters", "failed", "given", "open", "pair", "round",
        "server", "since", "totals",
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
        self.totals = [0, 0, 0]
        self.given = [0, 0, 0]


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
    return max(out, 0), max(got, 0)


def complete(connection: Connection) -> bool:
    """Whether nothing more can be told of a connection whose known ends are gone."""
    ends = [end for end in (connection.client, connection.server) if end]
    return connection.failed or len(ends) != 1 or ends[0].socket.alone


def look(connection: Connection | None) -> None:
    """Keep the number of open connections of the counters right."""
    if connection is None or connection.counters is None:
        return
    end = connection.client or connection.server
    is_open = end is not None and end.gone is None and end.state in _OPEN
    if is_open != connection.open:
        connection.open = is_open
        connection.counters.connections += 1 if is_open else -1
