"""Keeps the connections of the machine: sources in, counters out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from promscope_exporter.activity import BATCH_SECONDS, IDLE_SECONDS
from promscope_exporter.collectors.registry import Context
from promscope_exporter.edges.accounting import Ledger
from promscope_exporter.edges.connection import Connection
from promscope_exporter.edges.datagrams import Datagrams, Tracked
from promscope_exporter.edges.describing import Describing
from promscope_exporter.edges.kernel import Kernel
from promscope_exporter.edges.listeners import Listeners, Listening, is_datagram_server
from promscope_exporter.edges.nat import PublishedPorts, Translations
from promscope_exporter.edges.news import EdgeNews
from promscope_exporter.edges.owner import Ownership
from promscope_exporter.edges.placing import NOWHERE, Client, Placing, Server
from promscope_exporter.edges.processes import Processes
from promscope_exporter.edges.spaces import Owner, Space, Spaces
from promscope_exporter.edges.table import (
    Counters,
    EdgeKey,
    InboundKey,
    Table,
    fold_edge,
    fold_inbound,
)
from promscope_exporter.sources import sockdiag
from promscope_exporter.sources.address import is_group, is_loopback, is_unspecified
from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.sockdiag import Connection as Row
from promscope_exporter.sources.sockdiag import Listener, SockDiag
from promscope_exporter.sources.socket_filter import without_accepted
from promscope_exporter.sources.tcpevents import Ended

#: Budgets of a probe; what is beyond is folded into `other` per source and per target.
MAX_EDGES = 1500
MAX_INBOUND = 1000

#: For how long (seconds) events of a namespace that is not known yet are kept.
_ORPHAN_SECONDS = 3.0
_MAX_ORPHANS = 2000
#: Up to so many connections of a container are asked for one by one.
_MAX_QUESTIONS = 100
#: Where as many sockets are as before, those that listen are read again after so many seconds.
_LISTEN_SECONDS = 60.0
#: More listeners than these are not told apart by a filter of sockets.
_MAX_FILTERED = 64
#: A namespace of which every connection is told of by its client is left out of so many polls.
_RESTS = 3
#: After so many new connections they are given their places, whose memory is then free.
_CROWD = 2000

log = logging.getLogger(__name__)


class Tracker:
    """One per probe, shared by the edge and the listen collector.

    `collect` runs in the collector thread, `follow` in one of its own; a lock keeps them apart,
    so that no event is taken in between reading a dump and counting it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._stop = threading.Event()
        host = Owner(context.host.node, context.host.hostname)
        cgroups = Cgroups(context.procfs, context.settings.sysfs)
        self.spaces = Spaces(context.procfs, host, context.status, context.clock.wall())
        self.kernel = Kernel(self.spaces, context.status, context.procfs)
        self.owners = Ownership(host, self.spaces, cgroups)
        self.listeners = Listeners(self.kernel.ephemeral)
        self.published = PublishedPorts()
        self.processes = Processes(context.procfs, cgroups, host.node, context.status)
        self.edges: Table[EdgeKey] = Table(
            MAX_EDGES, fold_edge, partial(context.status.dropped, "edges")
        )
        self.inbound: Table[InboundKey] = Table(
            MAX_INBOUND, fold_inbound, partial(context.status.dropped, "inbound")
        )
        self._placing = Placing(
            self.spaces, self.owners, self.listeners, self.published, self.processes,
            context.commands, self.edges, self.inbound,
        )  # fmt: skip
        self._news = EdgeNews(context.activities, self.owners, self.spaces.host)
        self._describing = Describing(
            self.spaces.host, self.owners, self.listeners, self.published,
            Translations(self.kernel),
        )  # fmt: skip
        self._ledger: Ledger[Space] = Ledger(self._describing.socket, self._place)
        self._datagrams = Datagrams(self._place_datagram)
        self._datagram_sockets: dict[Space | None, dict[int, tuple[int, int | None]]] = {}
        self._questions: dict[Space, list[bytes]] = {}
        self._orphans: list[tuple[float, Ended]] = []
        self._sequence = -1
        self._now = 0.0
        self._page: float | None = None
        self._pages = -1
        self._thread = threading.Thread(target=self._follow, name="edge-events", daemon=True)
        self._thread.start()

    def collect(self, page: float) -> None:
        """Look at everything once per page (its monotonic time)."""
        if page == self._page:
            return
        self._page = page
        self._pages += 1
        with self._lock:
            now = self._begin()
            if self._pages % self._context.ladder.scrapes_per_read:
                return
            self._ledger.round += 1
            self._sync(now)
            self._take_events(now)
            busy = [space for space in self.spaces.all() if self._listen(space, now)]
            self._describing.forget()
            left = len(self._ledger.unplaced())
            for space in busy:
                self._poll(space, now)
                if len(self._ledger.unplaced()) - left >= _CROWD:
                    self._find_processes()
                    self._ledger.settle(now)
                    left = len(self._ledger.unplaced())
            flows = self.kernel.datagrams(self._datagrams.known())
            if flows is not None:
                self._datagrams.update(flows, now)
            self._find_processes()
            self._ledger.settle(now)
            self._datagrams.settle()
            self.listeners.expire(now)
            self._news.look(self.edges.items(), now, collected=True)

    def read(self, reader: Callable[[], None]) -> None:
        """Call `reader` while nothing changes."""
        with self._lock:
            reader()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)
        with self._lock:
            self.kernel.close()
            self.spaces.close()

    def _follow(self) -> None:
        """What begins is news at once while somebody watches; what ends is counted in batches,
        which cost less the larger they are."""
        failing = False
        due = 0.0
        activities = self._context.activities
        while not self._stop.wait(BATCH_SECONDS if activities.watched else IDLE_SECONDS):
            try:
                with self._lock:
                    if self._stop.is_set():
                        return
                    now = self._begin()
                    if self._sequence != self._context.inventory.sequence:
                        self._sync(now)
                    if now >= due:
                        due = now + IDLE_SECONDS - BATCH_SECONDS / 2
                        self._take_events(now)
                        self._news.look(self.edges.items(), now, collected=False)
                    self._news.began(*self.kernel.begun(watched=activities.watched), now)
                failing = False
            except Exception:
                if not failing:
                    log.exception("reading the kernel's connection events failed")
                failing = True

    def _begin(self) -> float:
        self._now = self._placing.now = self._context.clock.monotonic()
        return self._now

    def _sync(self, now: float) -> None:
        inventory = self._context.inventory
        self._sequence, containers = inventory.view()
        for space in self.spaces.sync(containers, now):
            self._ledger.forget(space, now)
            self.listeners.forget(space)
            self._questions.pop(space, None)
            self._datagram_sockets.pop(space, None)
        self.owners.update(containers)
        self.published.update(containers, self.spaces)
        self._describing.forget()

    def _take_events(self, now: float) -> None:
        ended, flows = self.kernel.ended(), self.kernel.datagram_events()
        orphans, self._orphans = self._orphans, []
        if ended:
            self._news.ended()
        if not ended and not flows and not orphans:
            return
        for since, event in (*orphans, *((now, event) for event in ended)):
            space = self.spaces.of_nsid(event[0])
            if space is not None:
                known_only = not (space.polled or space.newborn)
                self._ledger.ended(space, event[1], now, known_only=known_only)
            elif now - since < _ORPHAN_SECONDS and len(self._orphans) < _MAX_ORPHANS:
                self._orphans.append((since, event))
        for flow in flows:
            self._datagrams.event(flow)
        self._ledger.settle(now, fresh=True)

    def _listen(self, space: Space, now: float) -> bool:
        """Read who listens; whether there may be connections too."""
        sockets = space.sockets
        if sockets is None:
            return False
        try:
            tcp, udp = used = self.spaces.in_use(space)
            if used == space.used and now - space.listed < _LISTEN_SECONDS:
                return self._may_be_connected(space)
            waiting = sockets.listeners() if tcp else []
            datagram = sockets.datagram() if udp else []
        except OSError as error:
            self._reopen(space, error)
            return False
        self._datagram_sockets[space] = {one.port: (one.inode, one.cgroup) for one in datagram}
        found = []
        for protocol, listeners in (("tcp", waiting), ("udp", datagram)):
            for one in listeners:
                if protocol == "udp" and (
                    one.connected or not is_datagram_server(one, self.kernel.ephemeral)
                ):
                    continue
                owner = self.owners.of_socket(space, one.cgroup)
                self.processes.want(one.inode, self._placing.suspects(space, owner))
                found.append(Listening(owner, one.inode, protocol, one.ip, one.port))
        self.listeners.update(space, found, now)
        space.connected = tcp - len(waiting)
        space.only = _only(waiting) if space.connected > _MAX_QUESTIONS else b""
        space.used, space.listed, space.rests = used, now, 0
        return self._may_be_connected(space)

    def _may_be_connected(self, space: Space) -> bool:
        if space.connected <= 0 and not self._ledger.ends(space):
            space.polled = True
            return False
        return True

    def _poll(self, space: Space, now: float) -> None:
        if space.sockets is None:
            return
        if space.rests:
            space.rests -= 1
            return
        try:
            rows = self._rows(space, space.sockets)
        except OSError as error:
            self._reopen(space, error)
            return
        self._ledger.poll(space, rows, now, baseline=not (space.polled or space.newborn))
        space.polled = True
        if self._ledger.followed(space):
            space.rests = _RESTS

    def _rows(self, space: Space, sockets: SockDiag) -> list[Row]:
        """All connections of a space. Where there are few and none came or went since the last
        time, each is asked for by itself."""
        asked = self._questions.get(space)
        if asked and len(asked) == space.connected:
            rows = sockets.again(asked)
            if len(rows) == len(asked):
                return rows
        rows = sockets.connections(space.only)
        few = space is not self.spaces.host and len(rows) <= _MAX_QUESTIONS
        self._questions[space] = [sockdiag.question(row) for row in rows] if few else []
        return rows

    def _reopen(self, space: Space, error: OSError) -> None:
        log.debug("sockets of namespace %s cannot be read: %s", space.label, error)
        self.spaces.reopen(space)

    def _find_processes(self) -> None:
        for connection in self._ledger.unplaced():
            if connection.client is not None:
                self._placing.want(connection.client.socket.facts)
        for tracked in self._datagrams.unplaced():
            facts = self._datagram_facts(tracked)
            if isinstance(facts, Client):
                self._placing.want(facts)
        self.processes.scan()

    def _place(self, connection: Connection) -> Counters | None:
        def ripe() -> bool:
            return self._ledger.ripe(connection, self._now)

        if connection.client is not None:
            return self._placing.client(connection.client.socket.facts, ripe)
        assert connection.server is not None
        return self._placing.server(connection.server.socket.facts, ripe)

    def _place_datagram(self, tracked: Tracked) -> Counters | None:
        facts = self._datagram_facts(tracked)
        if isinstance(facts, Client):
            return self._placing.client(facts, lambda: tracked.gone is not None)
        return self._placing.server(facts, lambda: True) if facts else NOWHERE

    def _datagram_facts(self, tracked: Tracked) -> Client | Server | None:
        """Who sends to whom; None for what is nobody's here (forwarded, multicast)."""
        flow = tracked.flow
        host = self.spaces.host
        if is_group(flow.target[0]):
            return None
        source, target = flow.source, flow.target
        server = flow.server
        sender = self.owners.of_address(host, source[0])
        answerer = self.owners.of_address(host, server[0])
        if (
            sender
            and self.listeners.at(sender[0], "udp", source)
            and not (answerer and self.listeners.at(answerer[0], "udp", server))
        ):
            tracked.reversed = True
            source, target, server = server, source, source
            sender, answerer = answerer, sender
        if sender:
            sockets = self._datagram_sockets.get(sender[0], {})
            inode, cgroup = sockets.get(source[1], (0, None))
            return Client("udp", sender[0] or host, source, target, server, inode, cgroup)
        if answerer:
            return Server("udp", answerer[0] or host, server, source, None, host)
        return None


def _only(listeners: list[Listener]) -> bytes:
    """Chooses the sockets to poll where there are many: of a connection by loopback, its client
    alone."""
    found = {
        (one.ip, one.port) for one in listeners if is_loopback(one.ip) or is_unspecified(one.ip)
    }
    return without_accepted(sorted(found)) if 0 < len(found) <= _MAX_FILTERED else b""


_shared: dict[int, tuple[Tracker, int]] = {}


def acquire(context: Context) -> Tracker:
    """The tracker of this probe, started for the first who asks."""
    tracker, users = _shared.get(id(context), (None, 0))
    tracker = tracker or Tracker(context)
    _shared[id(context)] = (tracker, users + 1)
    return tracker


def release(context: Context) -> None:
    """Given back as often as acquired, it ends."""
    tracker, users = _shared.pop(id(context))
    if users > 1:
        _shared[id(context)] = (tracker, users - 1)
    else:
        tracker.close()
