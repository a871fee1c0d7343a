"""The processes, summed per command of a container or of the host."""

from __future__ import annotations

from contextlib import suppress

from promscope_exporter.collectors.process_groups import KEEP_SECONDS, ProcessGroup
from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series
from promscope_exporter.ladder import IDLE_TURNS
from promscope_exporter.owners import Owners
from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.processes import (
    KERNEL_THREAD,
    TICKS_PER_SECOND,
    ProcessFiles,
    Stat,
    parse_stat,
    text,
)

#: Every thread of the kernel: their names are countless and none is a program.
KERNEL = "[kernel]"

#: A process may change its group and its name shortly after it was made (container engines do).
_SETTLED_SECONDS = 3.0


class _Process:
    __slots__ = (
        "command",
        "containers",
        "cpu",
        "files",
        "group",
        "kernel",
        "open_fds",
        "read",
        "resident",
        "seen",
        "settled",
        "start",
        "storage",
        "threads",
        "written",
    )

    def __init__(self, stat: Stat) -> None:
        self.start = stat.start
        self.kernel = bool(stat.flags & KERNEL_THREAD)
        self.command = b""
        self.containers: tuple[str, ...] = ()
        self.settled = False
        self.group: ProcessGroup | None = None
        self.cpu = self.read = self.written = 0
        self.seen = 0
        self.threads = self.resident = 0
        self.files = False
        self.open_fds: int | None = 0
        self.storage = True


@collector("process", order=30)
class ProcessCollector:
    """Every process family, and processes and open_fds of the containers.

    Per process and collection: /proc/PID/stat, /proc/PID/io and the size of /proc/PID/fd;
    /proc/PID/cgroup once. Of one that used no CPU since the last collection only stat is read,
    but for every fourth time. A process that ends meanwhile or cannot be read costs only itself.
    What the processes of the first collection used until then is a baseline and not counted.
    """

    def __init__(self, context: Context) -> None:
        self._procfs = context.procfs
        self._inventory = context.inventory
        self._commands = context.commands
        self._status = context.status
        self._ladder = context.ladder
        self._owners = Owners(context.host, context.inventory)
        self._host = context.host.node
        self._cgroups = Cgroups(context.procfs, context.settings.sysfs)
        self._files = ProcessFiles(context.procfs)
        self._processes: dict[int, _Process] = {}
        self._groups: dict[tuple[str, str], ProcessGroup] = {}
        self._containers: dict[tuple[str, str], tuple[Series, Series]] = {}
        self._pass = 0
        self._sequence = -1
        self._io_refused = self._io_asked = 0

    def collect(self, page: Page) -> None:
        self._pass += 1
        uptime = float(self._procfs.record("uptime").split()[0])
        # a change of the inventory may have given processes another owner
        changed = self._sequence != self._inventory.sequence
        self._sequence = self._inventory.sequence
        self._io_refused = self._io_asked = 0
        for group in self._groups.values():
            group.begin()
        turns = self._ladder.scrapes_per_read
        for pid in self._procfs.pids():
            if (pid + self._pass) % turns and self._repeat(pid, uptime, changed, page.now):
                continue
            try:
                stat = parse_stat(self._procfs.record(f"{pid}/stat"))
                self._take(pid, stat, uptime, changed, page.now)
            except (OSError, ValueError, IndexError, OverflowError):
                continue  # it ended meanwhile
        self._processes = {
            pid: process for pid, process in self._processes.items() if process.seen == self._pass
        }
        self._status.capability("process_io", self._io_refused * 2 <= self._io_asked)
        self._forget(page.now)
        for group in self._groups.values():
            group.write(page)
        self._write_containers(page)

    def close(self) -> None:
        """It holds nothing."""

    def _repeat(self, pid: int, uptime: float, changed: bool, now: float) -> bool:
        """Tell of a process what was read last; False if it must be read. A number that is used
        again meanwhile is noticed when it is read."""
        process = self._processes.get(pid)
        if process is None or not process.settled or process.group is None:
            return False
        process.seen = self._pass
        if changed:
            process.group = self._group(process, uptime)
            if process.group is None:
                return True
        self._add(process, process.group, now)
        return True

    def _add(self, process: _Process, group: ProcessGroup, now: float) -> None:
        group.instances += 1
        group.last_seen = now
        group.threads += process.threads
        group.resident += process.resident
        if process.open_fds is None:
            group.fds = False
        else:
            group.open_fds += process.open_fds
        self._io_asked += process.files
        if not process.storage:
            group.storage = False
            self._io_refused += 1

    def _take(self, pid: int, stat: Stat, uptime: float, changed: bool, now: float) -> None:
        process = self._processes.get(pid)
        if process is None or process.start != stat.start:
            process = self._processes[pid] = _Process(stat)
            if self._pass == 1:
                process.cpu = stat.cpu
                with suppress(OSError):
                    process.read, process.written = self._files.io(pid)
        process.seen = self._pass
        moved = process.group is None
        if not process.settled or process.command != stat.command:
            process.command = stat.command
            if not process.kernel:
                process.containers = self._cgroups.container_ids(pid)
            process.settled = _age(process, uptime) > _SETTLED_SECONDS
            moved = True
        if moved or changed:
            process.group = self._group(process, uptime)
        group = process.group
        if group is None:
            return
        idle = not moved and (stat.cpu, stat.threads, stat.resident) == (
            process.cpu, process.threads, process.resident
        )  # fmt: skip
        process.threads, process.resident = stat.threads, stat.resident
        group.cpu += stat.cpu - process.cpu
        process.cpu = stat.cpu
        # a zombie has neither files nor bytes of its own any more
        process.files = not process.kernel and stat.state != b"Z"
        if not process.files:
            process.open_fds, process.storage = 0, True
        elif not idle or (pid + self._pass) % IDLE_TURNS == 0:
            self._read_files(pid, process, group)
        self._add(process, group, now)

    def _read_files(self, pid: int, process: _Process, group: ProcessGroup) -> None:
        try:
            process.open_fds = self._files.open_fds(pid)
        except PermissionError:
            process.open_fds = None
        try:
            read, written = self._files.io(pid)
        except PermissionError:
            process.storage = False
        else:
            process.storage = True
            if read > process.read:
                group.read += read - process.read
                process.read = read
            if written > process.written:
                group.written += written - process.written
                process.written = written

    def _group(self, process: _Process, uptime: float) -> ProcessGroup | None:
        owner = self._owners.of(process.containers, _age(process, uptime))
        if owner is None:
            return None
        label = KERNEL if process.kernel else self._commands.admit(owner, text(process.command))
        group = self._groups.get((owner, label))
        name = self._owners.name(owner)
        if group is None:
            group = ProcessGroup(owner, name, label, newborn=self._pass > 1)
            self._groups[owner, label] = group
        elif group.name != name:
            group.rename(name)
        return group

    def _forget(self, now: float) -> None:
        """Drop commands that ended long ago, and all of owners that are gone."""
        owners = {self._host, *self._inventory.containers()}
        kept = {}
        for key, group in self._groups.items():
            if group.owner not in owners:
                self._commands.forget(group.owner)
            elif group.instances or now - group.last_seen < KEEP_SECONDS:
                kept[key] = group
        self._groups = kept

    def _write_containers(self, page: Page) -> None:
        totals: dict[str, list[ProcessGroup]] = {}
        for group in self._groups.values():
            if group.instances and group.owner != self._host:
                totals.setdefault(group.owner, []).append(group)
        known = {}
        for node, groups in totals.items():
            key = (node, groups[0].name)
            handles = self._containers.get(key) or _container_series(*key)
            known[key] = handles
            page.write(handles[0], sum(group.instances for group in groups))
            if all(group.fds for group in groups):
                page.write(handles[1], sum(group.open_fds for group in groups))
        self._containers = known


def _age(process: _Process, uptime: float) -> float:
    return uptime - process.start / TICKS_PER_SECOND


def _container_series(node: str, name: str) -> tuple[Series, Series]:
    short = node.removeprefix("container:")
    return (
        series(catalogue.CONTAINER_PROCESSES, short, name),
        series(catalogue.CONTAINER_OPEN_FDS, short, name),
    )
