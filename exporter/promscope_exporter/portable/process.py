"""The processes as psutil knows them, summed per command of the host."""

from __future__ import annotations

from typing import Any

import psutil

from promscope_exporter.collectors.process_groups import KEEP_SECONDS, ProcessGroup
from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.exposition.page import Page
from promscope_exporter.sources.processes import PAGE_BYTES, TICKS_PER_SECOND

_FIELDS = ["name", "create_time", "cpu_times", "memory_info", "num_threads"]


@collector("process", order=30)
class PortableProcessCollector:
    """Every process family. All processes are the host's: containers run in a machine of their
    own here, or cannot be told apart.

    One that may not be read (another user's, without root) is left out, which the capability
    `processes` tells of.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._groups: dict[str, ProcessGroup] = {}
        self._used: dict[tuple[int, float], tuple[int, int, int]] = {}
        self._passed = False

    def collect(self, page: Page) -> None:
        for group in self._groups.values():
            group.begin()
        refused = 0
        used: dict[tuple[int, float], tuple[int, int, int]] = {}
        for process in psutil.process_iter():
            try:
                known = process.as_dict(_FIELDS)
            except psutil.NoSuchProcess:
                continue
            if known["cpu_times"] is None or known["memory_info"] is None:
                refused += 1
                continue
            key = (process.pid, known["create_time"] or 0.0)
            used[key] = self._take(process, known, page.now, self._used.get(key))
        self._used = used
        self._passed = True
        self._context.status.capability("processes", refused <= len(used))
        self._groups = {
            command: group
            for command, group in self._groups.items()
            if group.instances or page.now - group.last_seen < KEEP_SECONDS
        }
        for group in self._groups.values():
            group.write(page)

    def close(self) -> None:
        """It holds nothing."""

    def _take(
        self,
        process: psutil.Process,
        known: dict[str, Any],
        now: float,
        before: tuple[int, int, int] | None,
    ) -> tuple[int, int, int]:
        """Count it; what it has used: ticks, and bytes read and written."""
        host = self._context.host
        command = self._context.commands.admit(host.node, known["name"] or "")
        group = self._groups.get(command)
        if group is None:
            group = ProcessGroup(host.node, host.hostname, command, newborn=self._passed)
            self._groups[command] = group
        group.instances += 1
        group.last_seen = now
        group.threads += known["num_threads"] or 0
        group.resident += known["memory_info"].rss // PAGE_BYTES
        try:
            group.open_fds += process.num_fds()
        except (psutil.Error, OSError):
            group.fds = False
        cpu = known["cpu_times"]
        ticks = round((cpu.user + cpu.system) * TICKS_PER_SECOND)
        read, written = _io(process) or (0, 0)
        if _io(process) is None:
            group.storage = False
        # what processes of the first collection used until then is a baseline and not counted
        if before is None:
            before = (0, 0, 0) if self._passed else (ticks, read, written)
        group.cpu += max(0, ticks - before[0])
        group.read += max(0, read - before[1])
        group.written += max(0, written - before[2])
        return ticks, read, written


def _io(process: psutil.Process) -> tuple[int, int] | None:
    """Bytes read and written; None: macOS does not tell, or not to us."""
    counters = getattr(process, "io_counters", None)
    if counters is None:
        return None
    try:
        count = counters()
    except (psutil.Error, OSError):
        return None
    return count.read_bytes, count.write_bytes
