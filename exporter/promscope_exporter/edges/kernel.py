"""What the kernel tells about the whole machine: ends of sockets, tracked flows; or why not."""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Protocol, TypeVar

from promscope_exporter.edges.spaces import Spaces
from promscope_exporter.sources.conntrack import (
    TCP,
    UDP,
    Address,
    Conntrack,
    ConntrackEvents,
    Flow,
)
from promscope_exporter.sources.netlink import BUFFER_BYTES
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.sources.tcpevents import Ended, TcpEvents
from promscope_exporter.status import Status

#: Up to so many flows each is asked for by itself, which then costs less than reading all. All
#: are read now and then (seconds) in case that an event was missed.
MAX_QUESTIONS = 400
_DUMP_INTERVAL = 300.0
#: Above so many, reading them costs too much: it is done now and then, their ends told by
#: events all the same.
MAX_FLOWS = 20_000
_CROWDED_INTERVAL = 60.0
#: So many flows that begin are looked at per batch: a storm must not cost more.
MAX_BEGUN = 50

_EPHEMERAL = (32768, 60999)
_NOBODY = (bytes(4), 0)

Event_co = TypeVar("Event_co", covariant=True)
Answer = TypeVar("Answer")


class Readable(Protocol[Event_co]):
    """A stream of events."""

    @property
    def overruns(self) -> int: ...

    def read(self) -> Sequence[Event_co]: ...


log = logging.getLogger(__name__)


class Kernel:
    """Each source that is missing is a capability of 0, and said once with the remedy."""

    def __init__(self, spaces: Spaces, status: Status, procfs: Procfs) -> None:
        self._spaces = spaces
        self._status = status
        self._procfs = procfs
        self._conntrack: Conntrack | None = None
        self._flow_events: ConntrackEvents | None = None
        self._tcp_events: TcpEvents | None = None
        self._begin_events: ConntrackEvents | None = None
        self._dumps: dict[int, float] = {}
        self._open()
        words = self._setting("net/ipv4/ip_local_port_range").split()
        self.ephemeral = (int(words[0]), int(words[1])) if len(words) == 2 else _EPHEMERAL

    @property
    def tells_ends(self) -> bool:
        """Whether the ends of TCP sockets are told at all."""
        return self._tcp_events is not None

    def ended(self) -> list[Ended]:
        """The sockets that ended since the last call."""
        return self._read("tcp_events", self._tcp_events)

    def datagram_events(self) -> list[Flow]:
        """The UDP flows that began and ended since the last call."""
        before = self._flow_events.overruns if self._flow_events else 0
        found = self._read("conntrack", self._flow_events)
        if self._flow_events and self._flow_events.overruns != before:
            self._dumps = {}
        return found

    def begun(self, *, watched: bool) -> tuple[list[Flow], int]:
        """The TCP flows that began since the last call, and how many more did that were not
        looked at; nothing unless `watched`."""
        if not watched or self._conntrack is None:
            if self._begin_events is not None:
                self._begin_events.close()
                self._begin_events = None
            return [], 0
        try:
            if self._begin_events is None:
                self._begin_events = self._spaces.in_host(lambda: ConntrackEvents(TCP, ends=False))
            before = self._begin_events.overruns
            found, left = self._begin_events.first(MAX_BEGUN)
        except OSError as error:
            self._lost(error)
            return [], 0
        return found, left + self._begin_events.overruns - before

    def sent(self, protocol: int, source: Address, target: Address) -> Flow | None:
        """What became of what `source` sent to `target`; None where it is not tracked."""
        return self._ask(lambda conntrack: conntrack.sent(protocol, source, target))

    def answered(self, protocol: int, server: Address, client: Address) -> Flow | None:
        """In which flow `server` answers `client`; None where it is not tracked."""
        return self._ask(lambda conntrack: conntrack.answered(protocol, server, client))

    def datagrams(self, known: Collection[Flow]) -> list[Flow] | None:
        """The UDP flows as they are now, `known` being those of before and of the events since.

        None: not to be had, or not this time because there are too many.
        """
        self._tell_settings()
        now = time.monotonic()
        flows: list[Flow] = []
        for family, size, share in ((socket.AF_INET, 4, 1), (socket.AF_INET6, 16, 4)):
            mine = [flow for flow in known if len(flow.source[0]) == size]
            until = self._dumps.get(family, 0.0)
            if now < until and len(mine) > MAX_FLOWS:
                return None
            if now < until and len(mine) * share <= MAX_QUESTIONS:
                found = self._ask(partial(_again, mine))
            else:
                found = self._ask(partial(_all, family))
                self._dumps[family] = now + (
                    _CROWDED_INTERVAL if len(found or ()) > MAX_FLOWS else _DUMP_INTERVAL
                )
            if found is None:
                return None
            flows += found
        return flows

    def close(self) -> None:
        sources = (self._conntrack, self._flow_events, self._tcp_events, self._begin_events)
        for source in sources:
            if source is not None:
                source.close()
        self._conntrack = self._flow_events = self._tcp_events = self._begin_events = None

    def _open(self) -> None:
        inside = self._spaces.in_host
        try:
            self._tcp_events = inside(TcpEvents)
        except OSError as error:
            cause = str(error)
        else:
            cause = "only the host's own namespace is heard"
        self._status.capability(
            "tcp_events",
            self._tcp_events is not None and self._tcp_events.every_namespace,
            cause,
        )
        try:
            self._conntrack = inside(lambda: Conntrack(bytearray(BUFFER_BYTES)))
            self._conntrack.sent(UDP, _NOBODY, _NOBODY)  # opening asks for no capability
            self._flow_events = inside(ConntrackEvents)
            self._status.capability("conntrack", True)
        except OSError as error:
            self._lost(error)

    def _ask(self, question: Callable[[Conntrack], Answer | None]) -> Answer | None:
        if self._conntrack is None:
            return None
        try:
            return question(self._conntrack)
        except OSError as error:
            self._lost(error)
            return None

    def _read(self, name: str, events: Readable[Event_co] | None) -> list[Event_co]:
        found: list[Event_co] = []
        if events is None:
            return found
        before = events.overruns
        while part := events.read():
            found += part
        for _ in range(events.overruns - before):
            self._status.events_lost(name)
        return found

    def _lost(self, error: OSError) -> None:
        for source in (self._conntrack, self._flow_events):
            if source is not None:
                source.close()
        self._conntrack = self._flow_events = None
        self._status.capability("conntrack", False, str(error))

    def _tell_settings(self) -> None:
        if self._conntrack is None:
            for name in ("conntrack_bytes", "bridge_netfilter"):
                self._status.capability(name, False, "it is a part of conntrack")
            return
        self._status.capability(
            "conntrack_bytes",
            self._on("net/netfilter/nf_conntrack_acct"),
        )
        self._status.capability(
            "bridge_netfilter",
            self._on("net/bridge/bridge-nf-call-iptables"),
        )

    def _on(self, name: str) -> bool:
        return self._setting(name).strip() == b"1"

    def _setting(self, name: str) -> bytes:
        # a /proc/sys/net shows the namespace of whoever reads it
        with contextlib.suppress(OSError):
            return self._spaces.in_host(lambda: self._procfs.read(f"sys/{name}"))
        return b""


def _all(family: int, conntrack: Conntrack) -> list[Flow]:
    """All flows of a family."""
    return conntrack.datagrams(family)


def _again(flows: Collection[Flow], conntrack: Conntrack) -> list[Flow]:
    """The same flows as they are now, without those that are over."""
    found = (conntrack.sent(UDP, flow.source, flow.target) for flow in flows)
    return [flow for flow in found if flow is not None]
