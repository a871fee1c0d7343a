"""A kernel in miniature: TCP sockets in two namespaces, dumps of them, and news of their ends."""

from collections import deque

from promscope_exporter.edges.accounting import Ledger
from promscope_exporter.edges.connection import Socket
from promscope_exporter.edges.table import Counters
from promscope_exporter.sources import sockdiag

HERE, THERE = "here", "there"
LOOPBACK = bytes((127, 0, 0, 1)) + bytes(12)


def row(cookie, *, state, sport=40000, dport=80, acked=0, received=0, sent=0, resent=0, rtt=0):
    return (
        sockdiag.IPV4, state, sport.to_bytes(2, "big"), dport.to_bytes(2, "big"), LOOPBACK,
        LOOPBACK, cookie, 0, None, 0, rtt, 0, acked, received, sent, resent,
    )  # fmt: skip


class SimulatedSocket:
    def __init__(self, cookie, space, tuple_, dialled):
        self.cookie = cookie
        self.space = space
        self.tuple = tuple_
        self.dialled = dialled
        self.state = sockdiag.ESTABLISHED
        self.sent = self.acked = self.received = 0
        self.fin_sent = self.fin_received = False
        self.reset = False

    def row(self):
        if self.reset:
            return row(self.cookie, state=sockdiag.CLOSE, dport=0)
        sport, dport = self.tuple if self.dialled else self.tuple[::-1]
        return row(
            self.cookie,
            state=self.state,
            sport=sport,
            dport=dport,
            acked=self.acked + self.dialled + (self.fin_sent and self.acked == self.sent),
            received=self.received + self.fin_received,
            sent=self.sent,
        )


class SimulatedConnection:
    def __init__(self, world, port, both):
        self.world = world
        self.client = world.socket(HERE, (port, 80), dialled=True)
        self.server = world.socket(THERE, (port, 80), dialled=False) if both else None
        self.peer = self.server or SimulatedSocket(0, "away", (port, 80), dialled=False)
        self.alive = True

    def transfer(self, upstream, downstream, late):
        """`late` bytes are received but not yet acknowledged."""
        for sender, receiver, size in (
            (self.client, self.peer, upstream),
            (self.peer, self.client, downstream),
        ):
            sender.sent += size
            receiver.received += size
            sender.acked = sender.sent - min(late, size)

    def close(self, linger):
        """`linger`: the server's program holds its socket until the world lets go of it."""
        self.alive = False
        for end, other in ((self.client, self.peer), (self.peer, self.client)):
            end.acked = end.sent
            end.fin_sent = other.fin_received = True
            end.state = sockdiag.CLOSE
        self.world.end(self.client)
        if self.server:
            self.world.end(self.server, linger)

    def abort(self):
        """The client resets: its own end is told without its counts."""
        self.alive = False
        self.client.reset = True
        self.peer.state = sockdiag.CLOSE
        self.peer.acked = self.peer.sent
        self.world.end(self.client)
        if self.server:
            self.world.end(self.server)


class World:
    """`baseline` sockets exist before the ledger does."""

    def __init__(self):
        self.counters = Counters()
        self.ledger = Ledger(self.describe, self.place)
        self.now = 100.0
        self.sockets = {}
        self.news = deque()
        self.lingering = []
        self.polled = set()
        self.cookies = 0
        self.remote = set()

    def socket(self, space, tuple_, *, dialled):
        self.cookies += 1
        made = SimulatedSocket(self.cookies, space, tuple_, dialled)
        self.sockets[made.cookie] = made
        return made

    def end(self, socket, linger=False):
        del self.sockets[socket.cookie]
        (self.lingering if linger else self.news).append(socket)

    def let_go(self):
        self.news.extend(self.lingering)
        self.lingering = []

    def tell(self, count):
        for _ in range(min(count, len(self.news))):
            socket = self.news.popleft()
            known_only = socket.space not in self.polled
            self.ledger.ended(socket.space, socket.row(), self.now, known_only=known_only)
        self.ledger.settle(self.now, fresh=True)

    def poll(self, *spaces):
        self.ledger.round += 1
        for space in spaces or (HERE, THERE):
            rows = [one.row() for one in self.sockets.values() if one.space == space]
            self.ledger.poll(space, rows, self.now, baseline=space not in self.polled)
            self.polled.add(space)
        self.ledger.settle(self.now)

    def pass_time(self, seconds):
        self.now += seconds

    def finish(self):
        """Everything is told and found to be gone."""
        self.let_go()
        self.tell(len(self.news))
        for _ in range(4):
            self.pass_time(15)
            self.poll()

    def describe(self, space, row):
        sport, dport = int.from_bytes(row[2], "big"), int.from_bytes(row[3], "big")
        if not dport:
            return None
        dialled = space == HERE
        pair = (sport, dport) if dialled else (dport, sport)
        return Socket(pair, dialled, pair[0] in self.remote, None)

    def place(self, connection):
        if connection.client is None and not self.ledger.ripe(connection, self.now):
            return None
        return self.counters
