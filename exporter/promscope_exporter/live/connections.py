"""The live connections of a node, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple, TypeVar

from promscope_exporter.collectors.registry import Context
from promscope_exporter.edges import connection, datagrams
from promscope_exporter.live.members import Members
from promscope_exporter.sources import netns, sockdiag, udp_table
from promscope_exporter.sources.address import text as ip_text
from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.conntrack import Conntrack, Flow
from promscope_exporter.sources.interfaces import interfaces
from promscope_exporter.sources.layout import Layouts
from promscope_exporter.sources.netlink import BUFFER_BYTES
from promscope_exporter.sources.processes import text
from promscope_exporter.sources.sockdiag import Connection as Row
from promscope_exporter.sources.sockdiag import Listener, SockDiag
from promscope_exporter.sources.sockets import SocketHolders
from promscope_wire.frames import ConnectionRecord

_STATES = {
    sockdiag.ESTABLISHED: "established",
    sockdiag.SYN_SENT: "syn_sent",
    sockdiag.FIN_WAIT1: "fin_wait1",
    sockdiag.FIN_WAIT2: "fin_wait2",
    sockdiag.CLOSE_WAIT: "close_wait",
    sockdiag.LAST_ACK: "last_ack",
    sockdiag.CLOSING: "closing",
}
_MICROSECONDS = 1e6

Made = TypeVar("Made")


class _Holder(NamedTuple):
    pid: int
    command: str
    owner: str


class LiveConnections:
    """Call it with a node id from any thread; it asks the kernel anew each time.

    TCP from sock_diag inside the node's network namespace. UDP from connection tracking in the
    host's, and the sockets that have chosen a peer: flows that stay inside of one namespace are
    not tracked.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._procfs = context.procfs
        self._members = Members(context)
        self._cgroups = Cgroups(context.procfs, context.settings.sysfs)

    def __call__(self, node: str) -> list[ConnectionRecord]:
        """Those of the processes of container `node`, or those in the host's own network
        namespace.

        Raises LookupError for a node that is not on this host, OSError where the namespace
        cannot be entered (needs CAP_SYS_ADMIN and CAP_SYS_PTRACE).
        """
        holders = self._holders(node)
        if node == self._context.host.node:
            pid, groups = 1, None
        else:
            record = self._context.inventory.containers()[node].record
            if not record.pid:
                return []
            pid, groups = record.pid, self._groups(holders.values())
        rows, bound, addresses = self._inside(pid, _look)
        flows = self._inside(1, _flows)
        found = [
            _tcp(row, holders.get(row[7]), node)
            for row in rows
            if row[7] in holders or _theirs(row[7], row[8], groups)
        ]
        tracked = list(_udp(flows, bound, addresses, holders))
        known = {(one.local_ip, one.local_port, one.remote_ip, one.remote_port) for one in tracked}
        for name in ("udp", "udp6"):
            with suppress(OSError):  # no IPv6, or the process ended
                for socket in udp_table.connected(self._procfs.read(f"{pid}/net/{name}")):
                    holder = holders.get(socket.inode)
                    local, remote = socket.local, socket.remote
                    ends = (ip_text(local[0]), local[1], ip_text(remote[0]), remote[1])
                    if holder is not None and ends not in known:
                        owner, command = holder.owner, holder.command
                        found.append(
                            ConnectionRecord(owner, "udp", "connected", *ends, holder.pid, command)
                        )
        return found + tracked

    def _inside(self, pid: int, make: Callable[[], Made]) -> Made:
        try:
            return netns.inside(f"{self._procfs.root}/{pid}/ns/net", make)
        except PermissionError:
            if pid != 1:
                raise
            return make()  # not root: the probe's own namespace is the best guess

    def _holders(self, node: str) -> dict[int, _Holder]:
        """Who holds each socket, by inode."""
        sockets = SocketHolders(self._procfs)
        found: dict[int, _Holder] = {}
        for pid, stat, owner in self._members(node):
            holder = _Holder(pid, text(stat.command), owner)
            for inode in sockets.of(pid) or ():
                found.setdefault(inode, holder)
        return found

    def _groups(self, holders: Iterable[_Holder]) -> frozenset[int]:
        found = {self._cgroups.unified_id(pid) for pid in {holder.pid for holder in holders}}
        return frozenset(one for one in found if one is not None)


def _theirs(inode: int, group: int | None, groups: frozenset[int] | None) -> bool:
    """Whether a socket that no process (of theirs) holds is theirs all the same: one that is
    yet to be accepted or already closed has no inode, but still a group."""
    return not inode and groups is not None and group in groups


def _look() -> tuple[list[Row], list[Listener], frozenset[bytes]]:
    sockets = SockDiag(bytearray(BUFFER_BYTES), Layouts(sockdiag.describe))
    try:
        addresses = {one for interface in interfaces() for one in interface.addresses}
        return sockets.connections(), sockets.datagram(), frozenset(addresses)
    finally:
        sockets.close()


def _flows() -> list[Flow]:
    """None tracked where the kernel does not let us ask."""
    try:
        conntrack = Conntrack(bytearray(BUFFER_BYTES))
    except OSError:
        return []
    try:
        return [flow for family in (sockdiag.IPV4, sockdiag.IPV6)
                for flow in conntrack.datagrams(family)]  # fmt: skip
    except OSError:
        return []
    finally:
        conntrack.close()


def _tcp(row: Row, holder: _Holder | None, node: str) -> ConnectionRecord:
    sent, received = connection.payload(False, row)
    return ConnectionRecord(
        owner=holder.owner if holder else node,
        protocol="tcp",
        state=_STATES.get(row[1], str(row[1])),
        local_ip=ip_text(sockdiag.address(row[0], row[4])),
        local_port=int.from_bytes(row[2], "big"),
        remote_ip=ip_text(sockdiag.address(row[0], row[5])),
        remote_port=int.from_bytes(row[3], "big"),
        pid=holder.pid if holder else 0,
        process=holder.command if holder else "",
        sent_bytes=sent,
        received_bytes=received,
        retransmits=row[11],
        rtt_seconds=row[10] / _MICROSECONDS or None,
    )


def _udp(
    flows: Iterable[Flow],
    bound: Iterable[Listener],
    addresses: frozenset[bytes],
    holders: dict[int, _Holder],
) -> Iterator[ConnectionRecord]:
    by_port = {one.port: holders[one.inode] for one in bound if one.inode in holders}
    for flow in flows:
        payload = datagrams.payload(flow)
        sent, received = payload or (None, None)
        ends = (
            (flow.source, flow.target, sent, received),
            (flow.server, flow.client, received, sent),
        )
        for local, remote, out, back in ends:
            holder = by_port.get(local[1]) if local[0] in addresses else None
            if holder is not None:
                yield ConnectionRecord(
                    owner=holder.owner,
                    protocol="udp",
                    state="tracked",
                    local_ip=ip_text(local[0]),
                    local_port=local[1],
                    remote_ip=ip_text(remote[0]),
                    remote_port=remote[1],
                    pid=holder.pid,
                    process=holder.command,
                    sent_bytes=out,
                    received_bytes=back,
                )
