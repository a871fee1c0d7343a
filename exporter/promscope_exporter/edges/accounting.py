"""TCP connections → counters: every payload byte once, whatever is seen of a connection when.

A connection between two sockets of this host is seen twice, one to another host once; either
may be seen in polls, when it ends, or both. Rules (design §4):

- Bytes one way are the maximum of what the sender had acknowledged and the receiver received.
- An edge grows only by the increase of that maximum.
- A connection that existed when its network namespace was first looked at is a baseline.

Pure: no clock, no system call; property tests run every interleaving of polls and ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from promscope_exporter.edges.connection import (
    NOTHING,
    Connection,
    End,
    Socket,
    complete,
    look,
    mark,
    payload,
    shed,
)
from promscope_exporter.edges.table import Counters
from promscope_exporter.sources import sockdiag
from promscope_exporter.sources.sockdiag import Connection as Row

COOKIE = 6
#: How many seconds news of a socket may be late. A socket that is missing is forgotten after
#: this and two polls: a dump can also miss one that moves while the kernel walks its tables.
PATIENCE = 3.0
#: A program may keep a socket that was reset for long, and its end is told only when it lets
#: go: so much later (seconds, and so many connections or sockets) it is still recognised.
MEMORY = 120.0
MAX_REMEMBERED = 5000

Space = TypeVar("Space", bound=Hashable)

#: Decides which counters a connection belongs to; None: not yet known, ask again.
Place = Callable[[Connection], Counters | None]
#: Makes the socket of a row; None: it is no connection (an end without a peer).
Describe = Callable[[Space, Row], Socket | None]


class Ledger(Generic[Space]):
    """All connections of the machine. Spaces are network namespaces, by any hashable name.

    `round` counts the rounds of polls: a socket that no poll of a whole round has shown and no
    event within PATIENCE after it is not there.
    """

    def __init__(self, describe: Describe[Space], place: Place) -> None:
        self._describe = describe
        self._place = place
        self._ends: dict[Hashable, dict[int, End]] = {}
        self._lost: dict[tuple[Hashable, int], End] = {}
        self._pairs: dict[Hashable, Connection] = {}
        self._unplaced: dict[Connection, None] = {}
        self._fresh: list[Connection] = []
        self._half: dict[Connection, tuple[int, float]] = {}
        self._polls = 0
        self._swept = 0
        self.round = 0

    def ends(self, space: Space) -> int:
        """How many sockets of a space are known."""
        return len(self._ends.get(space, ()))

    def followed(self, space: Space) -> bool:
        """Whether there are sockets and all of them are told of by their clients on this host."""
        ends = self._ends.get(space, {})
        return bool(ends) and all(map(_told_by_client, ends.values()))

    def unplaced(self) -> Collection[Connection]:
        """The connections of which it is not yet known where they count."""
        return self._unplaced.keys()

    def ripe(self, connection: Connection, now: float) -> bool:
        """Whether an end of the connection that was not seen yet will not be seen any more."""
        return self.round > connection.round and now - connection.since > PATIENCE

    def poll(self, space: Space, rows: Iterable[Row], now: float, *, baseline: bool) -> None:
        """All sockets of a space as they are now, or all but servers' ends of connections whose
        clients' ends are among them.

        Whatever ended before the rows were read may be told before or after; whatever ended
        after they were read must be told after.
        """
        ends = self._ends.setdefault(space, {})
        self._polls += 1
        poll = self._polls
        seen = 0
        for row in rows:
            end = ends.get(row[COOKIE])
            if end is None:
                end = self._new(space, row, now, baseline)
                if end is None:
                    continue
                ends[row[COOKIE]] = end
            elif (  # `mark`, without the price of a call per socket
                row[11] + row[12] + row[13] + row[14] + row[15] != end.mark or row[1] != end.state
            ):
                self._update(end, row, now)
            if end.seen != poll:
                end.seen = poll
                seen += 1
            if end.gone is not None:
                end.gone, end.polls = None, 0
                look(end.connection)
            connection = end.connection
            if end.socket.dialled and row[10] and connection and connection.counters:
                connection.counters.rtt_seconds += row[10] * 1e-6
                connection.counters.rtt_count += 1
        if seen != len(ends):
            self._miss(space, ends, poll, now)

    def ended(self, space: Space, row: Row, now: float, *, known_only: bool = False) -> None:
        """A socket's end, with its final counts. `known_only`: a socket that no poll has seen
        may be older than the probe and is not counted."""
        cookie = row[COOKIE]
        end = self._ends.setdefault(space, {}).pop(cookie, None)
        end = end or self._lost.pop((space, cookie), None)
        if end is None:
            end = None if known_only else self._new(space, row, now, baseline=False)
            failed = not row[12]
        else:
            failed = end.connection is None and not row[12]
            self._update(end, row, now)
        if end is None:
            return
        connection = end.connection or self._attach(end, now, baseline=False)
        connection.failed = failed and end.socket.dialled
        self._close(end, now)

    def forget(self, space: Space, now: float) -> None:
        """The space is gone, and with it every socket that was in it."""
        for end in self._ends.pop(space, {}).values():
            self._close(end, now)
        for key in [key for key in self._lost if key[0] == space]:
            del self._lost[key]

    def settle(self, now: float, *, fresh: bool = False) -> None:
        """Give everything new to its counters; to call after each round of polls and ends.
        `fresh`: only what came since the last call; what waits for a round waits on."""
        waiting = self._fresh if fresh else list(self._unplaced)
        self._fresh = []
        for connection in waiting:
            if connection not in self._unplaced:
                continue
            counters = self._place(connection)
            if counters is None:
                continue
            del self._unplaced[connection]
            self._put(connection, counters, now)
            if connection in self._half and complete(connection):
                self._drop(connection)
        if self._swept != self.round or len(self._half) > MAX_REMEMBERED:
            self._swept = self.round
            self._sweep(now)

    def _sweep(self, now: float) -> None:
        for connection, (left, since) in list(self._half.items()):
            late = self.round > left + 1 and now - since > MEMORY
            late |= len(self._half) > MAX_REMEMBERED
            if connection not in self._unplaced and (late or complete(connection)):
                self._drop(connection)

    def _new(self, space: Space, row: Row, now: float, baseline: bool) -> End | None:
        socket = self._describe(space, row)
        if socket is None:
            return None
        end = End(socket)
        end.state, end.mark = row[1], mark(row)
        if row[1] != sockdiag.SYN_SENT:
            self._attach(end, now, baseline, row)
        return end

    def _attach(self, end: End, now: float, baseline: bool, row: Row | None = None) -> Connection:
        connection = self._match(end, row)
        if connection is None:
            connection = Connection(end.socket.pair, now, self.round)
            connection.before = self._pairs.get(connection.pair)
            self._pairs[connection.pair] = connection
            self._unplaced[connection] = None
        elif end.socket.dialled and connection.counters is not None:
            self._move(connection)
        connection.baseline |= baseline
        if end.socket.dialled:
            connection.client = end
        else:
            connection.server = end
        end.connection = connection
        if connection.client is not None and connection.server is not None:
            self._unlist(connection)  # it has no other end to be matched with
            shed(connection.server)  # its client says where it counts
        if row:
            self._count(connection, end, row)
        self._half.pop(connection, None)
        look(connection)
        if connection.counters is not None:
            shed(end)
        else:
            self._fresh.append(connection)
        return connection

    def _candidates(self, pair: Hashable) -> Iterator[Connection]:
        """The connections between two addresses, the newest first."""
        found = self._pairs.get(pair)
        while found is not None:
            yield found
            found = found.before

    def _match(self, end: End, row: Row | None) -> Connection | None:
        """The connection whose other end this is. Ports are used again, so there can be
        several: then the one that moved the same bytes."""
        if end.socket.pair not in self._pairs:
            return None
        best: tuple[int, Connection] | None = None
        out, got = payload(end.socket.dialled, row) if row else (0, 0)
        transmitted = out if end.socket.dialled else got
        for connection in self._candidates(end.socket.pair):
            if (connection.client if end.socket.dialled else connection.server) is None:
                gap = abs(connection.transmitted - transmitted)
                if best is None or gap <= best[0]:
                    best = gap, connection
        return best and best[1]

    def _update(self, end: End, row: Row, now: float) -> None:
        end.state, end.mark = row[1], mark(row)
        if end.connection is None:
            if row[1] == sockdiag.SYN_SENT or (row[1] == sockdiag.CLOSE and not row[12]):
                return
            self._attach(end, now, baseline=False, row=row)
        else:
            self._count(end.connection, end, row)
            look(end.connection)

    def _count(self, connection: Connection, end: End, row: Row) -> None:
        before = connection.totals
        sent, received = payload(end.socket.dialled, row)
        if end.socket.dialled:
            connection.resent = max(connection.resent, row[11])
        else:
            sent, received = received, sent
        connection.transmitted = max(connection.transmitted, sent)
        connection.received = max(connection.received, received)
        if connection.counters is not None:
            _give(connection, connection.counters, before)

    def _put(self, connection: Connection, counters: Counters, now: float) -> None:
        connection.counters = counters
        counters.used = now
        counters.bytes_known = True
        if connection.failed:
            counters.failed += 1
            return
        if not connection.counted:
            connection.counted = True
            if connection.baseline:
                connection.given = connection.totals
            else:
                counters.connects += 1
        _give(connection, counters, connection.given)
        connection.given = NOTHING
        connection.open = False
        look(connection)
        shed(connection.client)
        shed(connection.server)

    def _move(self, connection: Connection) -> None:
        """The client's socket shows up late: from now on the connection counts at its edge."""
        assert connection.counters is not None
        if connection.open:
            connection.counters.connections -= 1
            connection.open = False
        connection.counters = None
        connection.given = connection.totals
        self._unplaced[connection] = None

    def _miss(self, space: Space, ends: dict[int, End], poll: int, now: float) -> None:
        over = []
        for cookie, end in ends.items():
            if end.seen == poll or _told_by_client(end):
                continue
            if end.gone is None:
                end.gone, end.polls = now, 1
                look(end.connection)
            else:
                end.polls += 1
                if end.polls > 1 and now - end.gone > PATIENCE:
                    over.append(cookie)
        for cookie in over:
            self._lost[space, cookie] = end = ends.pop(cookie)
            self._close(end, now)
            if len(self._lost) > MAX_REMEMBERED:
                del self._lost[next(iter(self._lost))]

    def _close(self, end: End, now: float) -> None:
        if end.gone is None:
            end.gone = now
        end.polls = -1
        if end.connection is not None:
            look(end.connection)
            self._leave(end.connection, now)

    def _leave(self, connection: Connection, now: float) -> None:
        """Forget a connection whose ends are all gone for good; the other end of one on this
        host may still be told."""
        client, server = connection.client, connection.server
        if (client and client.polls >= 0) or (server and server.polls >= 0):
            return
        if complete(connection) and connection.counters is not None:
            self._drop(connection)
        else:
            self._half[connection] = (self.round, now)

    def _drop(self, connection: Connection) -> None:
        self._half.pop(connection, None)
        self._unlist(connection)
        connection.client = connection.server = None  # no circle, so it is freed at once

    def _unlist(self, connection: Connection) -> None:
        if self._pairs.get(connection.pair) is not connection:
            for newer in self._candidates(connection.pair):
                if newer.before is connection:
                    newer.before = connection.before
        elif connection.before is not None:
            self._pairs[connection.pair] = connection.before
        else:
            del self._pairs[connection.pair]
        connection.before = None
        connection.pair = None


def _told_by_client(end: End) -> bool:
    """Whether this is the server's end of a connection whose client's end is polled: it need not
    be seen itself (a filter may hide it)."""
    connection = end.connection
    return (
        connection is not None
        and not end.socket.dialled
        and connection.client is not None
        and connection.client.gone is None
    )


def _give(connection: Connection, counters: Counters, given: tuple[int, int, int]) -> None:
    """Let the counters grow by what they have not been given yet."""
    transmitted, received, resent = given
    counters.transmitted += connection.transmitted - transmitted
    counters.received += connection.received - received
    counters.retransmits += connection.resent - resent
