"""The command behind a socket, at a bounded price.

Only sockets that are new are looked for, only among the processes of their owner, and only for
so long per collection: first where sockets were found lately and where the number of open files
has changed, and the next time in all of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.sources.sockets import SocketHolders
from promscope_exporter.status import Status
from promscope_wire import ids

#: CPU seconds per scan; and beyond it once, for the first ones, when every socket is new.
_BUDGET = 0.02
_HEAD_START = 0.5
_TRIES = 2
_MAX_KNOWN = 20_000
#: Of a process that holds more sockets than these, only those that are looked for are remembered.
_MAX_UNASKED = 256
_HOT_SCANS = 4


class Processes:
    """Commands by socket inode; for use from one thread at a time."""

    def __init__(self, procfs: Procfs, cgroups: Cgroups, host: str, status: Status) -> None:
        self._procfs = procfs
        self._cgroups = cgroups
        self._host = host
        self._status = status
        self._holders = SocketHolders(procfs)
        self._known: dict[int, str] = {}
        self._wanted: dict[int, tuple[str, ...]] = {}
        self._tries: dict[int, float] = {}
        self._owner: dict[int, str] = {}
        self._hits: dict[int, int] = {}
        self._head_start = _HEAD_START
        self._scans = 0
        self._files: dict[int, int] = {}
        self._looked: dict[int, int] = {}
        self._looked_at: dict[int, int] = {}
        self._since: dict[int, int] = {}
        self._young: set[int] = set()
        self._refusing: set[int] = set()

    def want(self, inode: int, nodes: Iterable[str]) -> None:
        """Look for the socket with the next `scan`, among the processes of `nodes`."""
        if inode in self._known:
            self._known[inode] = self._known.pop(inode)  # what is asked for often stays longest
        elif inode and self._tries.get(inode, 0) < _TRIES:
            self._wanted[inode] = tuple(nodes)

    def command(self, inode: int) -> str | None:
        """The command that holds the socket; None while it is not known."""
        return self._known.get(inode)

    def hopeless(self, inode: int) -> bool:
        """Whether it was looked for often enough in vain."""
        return not inode or self._tries.get(inode, 0) >= _TRIES

    def scan(self) -> None:
        """Look for what is wanted."""
        if not self._wanted:
            return
        begun = time.thread_time()
        deadline = begun + _BUDGET + self._head_start
        self._scans += 1
        self._sort_processes()
        for inode in self._wanted:
            self._since.setdefault(inode, self._scans)
        due = self._due()
        complete = True
        for pid in self._order():
            newest, older = due.get(self._owner[pid], (0, 0))
            if self._looked_at.get(pid, 0) >= (newest if self._likely(pid) else older):
                continue
            if time.thread_time() > deadline:
                complete = False
                break
            found = self._holders.of(pid)
            if found is None:
                self._refusing.add(pid)
                continue
            self._refusing.discard(pid)
            self._looked[pid], self._looked_at[pid] = self._files[pid], self._scans
            if self._found(pid, found):
                due = self._due()
        for inode in self._wanted:
            if inode not in self._known:
                self._tries[inode] = self._tries.get(inode, 0) + (1 if complete else 0.25)
        self._wanted.clear()
        self._forget()
        over = time.thread_time() - begun - _BUDGET
        self._head_start = max(0.0, self._head_start - max(0.0, over))
        # even root may not look into some: of a sandbox's own init, say
        few = len(self._refusing) <= len(self._looked)
        self._status.capability("socket_processes", few)

    def _due(self) -> dict[str, tuple[int, int]]:
        """By owner, since which scan its sockets have been looked for: the newest one, and the
        newest of those that were looked for before. A process that was looked into since then
        does not hold them."""
        due: dict[str, tuple[int, int]] = {}
        for inode, nodes in self._wanted.items():
            if inode in self._known:
                continue
            since = self._since[inode]
            for node in nodes:
                newest, older = due.get(node, (0, 0))
                old = since if since < self._scans else 0
                due[node] = (max(newest, since), max(older, old))
        return due

    def _order(self) -> list[int]:
        """Processes that held sockets lately first, then small ones."""
        self._files = {pid: self._holders.count(pid) for pid in self._owner}
        return sorted(self._owner, key=lambda pid: (not self._hot(pid), self._files[pid], -pid))

    def _hot(self, pid: int) -> bool:
        return self._scans - self._hits.get(pid, -_HOT_SCANS) < _HOT_SCANS

    def _likely(self, pid: int) -> bool:
        count = self._files[pid]
        return not count or self._looked.get(pid) != count or self._hot(pid)

    def _found(self, pid: int, inodes: set[int]) -> bool:
        """Remember what the process holds; whether that was looked for."""
        if len(inodes) > _MAX_UNASKED:
            inodes = inodes & self._wanted.keys()
        new = [inode for inode in inodes if inode not in self._known]
        command = self._holders.command(pid) if new else ""
        hit = bool(command) and not self._wanted.keys().isdisjoint(new)
        if command:
            self._known.update(dict.fromkeys(new, command))
        if hit:
            self._hits[pid] = self._scans
        return hit

    def _sort_processes(self) -> None:
        """Which process belongs to whom. A young one may still be on its way into its
        container, so it is asked twice."""
        owner = {}
        before, self._young = self._young, set()
        for pid in self._procfs.pids():
            node = self._owner.get(pid)
            if node is None:
                self._young.add(pid)
            if node is None or pid in before:
                try:
                    containers = self._cgroups.container_ids(pid)
                except OSError:
                    continue
                node = ids.container(containers[0]) if containers else self._host
            owner[pid] = node
        self._owner = owner
        self._hits = {pid: hit for pid, hit in self._hits.items() if pid in owner}
        self._looked = {pid: count for pid, count in self._looked.items() if pid in owner}
        self._looked_at = {pid: at for pid, at in self._looked_at.items() if pid in owner}
        self._refusing &= owner.keys()

    def _forget(self) -> None:
        for inode in self._known.keys() & self._since.keys():
            del self._since[inode]
            self._tries.pop(inode, None)
        for table in (self._known, self._tries, self._since):
            while len(table) > _MAX_KNOWN:
                table.pop(next(iter(table)))
