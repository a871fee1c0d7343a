"""The network namespaces of this host: the host's own and one per container that has one."""

from __future__ import annotations

import contextlib
import errno
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from promscope_exporter.inventory import Container
from promscope_exporter.sources import netns
from promscope_exporter.sources.interfaces import Interface, interfaces
from promscope_exporter.sources.layout import Layouts
from promscope_exporter.sources.netlink import BUFFER_BYTES
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.sources.sockdiag import SockDiag, describe
from promscope_exporter.status import Status
from promscope_wire.frames import Network

#: Addresses change without a word to us: they are read again after this many seconds.
_REFRESH = 60.0
_REFRESH_AT_ONCE = 5
#: The ends of sockets are told this long (seconds) after their namespace is gone.
_FAREWELL = 5.0

_NEVER = float("-inf")
_OWN = "/proc/self/ns/net"

Made = TypeVar("Made")

log = logging.getLogger(__name__)


class Owner(NamedTuple):
    """Who sends or receives: a node id and its name."""

    node: str
    name: str


class Space:
    """One network namespace. `label` as in the metrics: `host`, else its inode number.

    `owners`: the containers in it, the one that it belongs to first. `newborn`: everything in
    it happened since the probe started; `polled`: it has been looked at; `connected`: how many
    TCP sockets in it do not listen; `used`: how many TCP and UDP sockets it had at `listed`, when
    its listeners were read; `only`: the filter of its polls (sources.socket_filter), empty for
    all sockets; `rests`: for so many polls it may be left out. `sockets` is None
    where it cannot be entered.
    """

    def __init__(self, inode: int, pid: int, label: str) -> None:
        self.inode = inode
        self.pid = pid
        self.label = label
        self.owners: list[Owner] = []
        self.newborn = False
        self.polled = False
        self.connected = 0
        self.used = (0, 0)
        self.listed = _NEVER
        self.only = b""
        self.rests = 0
        self.nsid: int | None = None
        self.sockets: SockDiag | None = None
        self.interfaces: list[Interface] = []
        self.refreshed = _NEVER

    def addresses(self) -> Iterable[bytes]:
        for interface in self.interfaces:
            yield from interface.addresses


class _Seat(NamedTuple):
    life: tuple[int, float]
    networks: tuple[Network, ...]
    space: Space


class Spaces:
    """All of them, kept in step with the inventory; for use from one thread at a time.

    A kept socket keeps its namespace alive, so it is closed as soon as the last container of
    the namespace is gone; the namespace is remembered for some seconds more, because the ends
    of its sockets may still be told.
    """

    def __init__(self, procfs: Procfs, host: Owner, status: Status, started: float) -> None:
        self._procfs = procfs
        self._status = status
        self._started = started
        self._host = host
        self._buffer = bytearray(BUFFER_BYTES)
        self._layouts = Layouts(describe)
        self._seats: dict[str, _Seat] = {}
        self._spaces: dict[int, Space] = {}
        self._leaving: list[tuple[float, Space]] = []
        self._by_nsid: dict[int, Space] = {}
        self._nsids: netns.Nsids | None = None
        self.host_path = self._path(1)
        self.host = self._make_host()

    def sync(self, containers: Mapping[str, Container], now: float) -> list[Space]:
        """Follow the containers; the spaces that are gone for good since."""
        self._seat(containers)
        owners: dict[int, list[Owner]] = {}
        for node, seat in self._seats.items():
            record = containers[node].record
            guest = record.network_mode.startswith("container:")
            place = owners.setdefault(seat.space.inode, [])
            place.insert(len(place) if guest else 0, Owner(node, record.name))
            seat.space.pid = seat.life[0] if seat.space is not self.host else 1
        for inode, space in list(self._spaces.items()):
            if inode in owners:
                space.owners = owners[inode]
            else:
                del self._spaces[inode]
                self._close(space)
                self._leaving.append((now, space))
        self._refresh(now)
        gone = [space for since, space in self._leaving if now - since > _FAREWELL]
        self._leaving = [one for one in self._leaving if one[1] not in gone]
        self._by_nsid = {
            space.nsid: space for space in reversed(self.remembered()) if space.nsid is not None
        }
        return gone

    def all(self) -> list[Space]:
        """The host's first."""
        return [self.host, *self._spaces.values()]

    def remembered(self) -> list[Space]:
        """Those and the ones that are gone since some seconds, with their last owners."""
        return [*self.all(), *(space for _, space in self._leaving)]

    def of_nsid(self, nsid: int | None) -> Space | None:
        """By the number that events carry; None is the host's own."""
        if nsid is None:
            return self.host
        return self._by_nsid.get(nsid)

    def of_node(self, node: str) -> Space | None:
        """Where a container is, or was until some seconds ago."""
        seat = self._seats.get(node)
        if seat:
            return seat.space
        gone = (space for _, space in self._leaving)
        return next((space for space in gone if any(o.node == node for o in space.owners)), None)

    def reopen(self, space: Space) -> None:
        """After an error of its socket, which is then of no more use."""
        self._close(space)
        self._open(space, self.host_path if space is self.host else self._path(space.pid))

    def in_host(self, make: Callable[[], Made]) -> Made:
        """The result of `make`, called in the host's namespace. Raises OSError."""
        return make() if self.host_path == _OWN else netns.inside(self.host_path, make)

    def in_use(self, space: Space) -> tuple[int, int]:
        """How many TCP and UDP sockets the namespace has, listening ones included
        (/proc/PID/net/sockstat). Raises OSError."""
        tcp = udp = 0
        for name in ("sockstat", "sockstat6"):
            try:
                text = self._procfs.read(f"{space.pid}/net/{name}")
            except FileNotFoundError:
                continue  # IPv6 is off, or the process ended
            for line in text.splitlines():
                words = line.split()
                if words[0] in (b"TCP:", b"TCP6:"):
                    tcp += int(words[2])
                elif words[0] in (b"UDP:", b"UDP6:"):
                    udp += int(words[2])
        return tcp, udp

    def close(self) -> None:
        for space in self.all():
            self._close(space)
        if self._nsids is not None:
            self._nsids.close()

    def _path(self, pid: int) -> str:
        return f"{self._procfs.root}/{pid}/ns/net"

    def _make_host(self) -> Space:
        try:
            inode = netns.identity(self.host_path)
            if inode == netns.identity(_OWN):
                self.host_path = _OWN
        except PermissionError:  # not root: the probe's own namespace is the best guess
            self.host_path = _OWN
            inode = netns.identity(_OWN)
        space = Space(inode, 1, "host")
        self._open(space, self.host_path)
        with contextlib.suppress(OSError):
            self._nsids = self.in_host(netns.Nsids)
        return space

    def _seat(self, containers: Mapping[str, Container]) -> None:
        seats: dict[str, _Seat] = {}
        for node, container in containers.items():
            record = container.record
            if container.removed or not record.pid:
                continue
            life = (record.pid, record.started)
            seat = self._seats.get(node)
            if seat is None or seat.life != life:
                space = self._find(container)
                if space is None:
                    continue
                seat = _Seat(life, record.networks, space)
            elif seat.networks != record.networks:
                seat = seat._replace(networks=record.networks)
                seat.space.refreshed = _NEVER
            seats[node] = seat
        if seats != self._seats:
            self.host.refreshed = _NEVER  # every bridged container adds an interface there
        self._seats = seats

    def _find(self, container: Container) -> Space | None:
        path = self._path(container.record.pid)
        try:
            inode = netns.identity(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            self._no_entry(error)
            return None
        if inode == self.host.inode:
            return self.host
        space = self._spaces.get(inode)
        if space is None:
            space = Space(inode, container.record.pid, str(inode))
            space.newborn = container.newborn or container.record.started > self._started
            self._open(space, path)
            if space.sockets is None:
                return None
            self._spaces[inode] = space
        return space

    def _open(self, space: Space, path: str) -> None:
        try:
            if path == _OWN:
                space.sockets = SockDiag(self._buffer, self._layouts)
            else:
                space.sockets = netns.inside(path, lambda: SockDiag(self._buffer, self._layouts))
        except FileNotFoundError:
            return
        except OSError as error:
            if space.label == "host":
                self._status.capability("tcp_sockets", False, str(error))
            else:
                self._no_entry(error)
            return
        if space.label == "host":
            self._status.capability("tcp_sockets", True)
            return
        self._status.capability("container_namespaces", True)
        if self._nsids is not None:
            try:
                space.nsid = self._nsids.of(path)
            except OSError as error:
                log.debug("namespace %s has no id: %s", space.label, error)

    def _no_entry(self, error: OSError) -> None:
        if error.errno in (errno.EPERM, errno.EACCES):
            self._status.capability("container_namespaces", False, str(error))
        else:
            log.warning("a container's network namespace cannot be entered: %s", error)

    def _refresh(self, now: float) -> None:
        left = _REFRESH_AT_ONCE
        for space in self.all():
            new = space.refreshed == _NEVER
            if not new and (now - space.refreshed < _REFRESH or not left):
                continue
            left -= not new
            space.refreshed = now
            path = self.host_path if space is self.host else self._path(space.pid)
            try:
                if path == _OWN:
                    space.interfaces = interfaces()
                else:
                    space.interfaces = netns.inside(path, interfaces)
            except OSError as error:
                log.debug("the addresses of namespace %s are not known: %s", space.label, error)

    def _close(self, space: Space) -> None:
        if space.sockets is not None:
            space.sockets.close()
            space.sockets = None
