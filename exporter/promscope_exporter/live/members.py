"""The processes that belong to a node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from promscope_exporter.collectors.registry import Context
from promscope_exporter.owners import Owners
from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.processes import (
    KERNEL_THREAD,
    TICKS_PER_SECOND,
    Stat,
    parse_stat,
)


class Member(NamedTuple):
    pid: int
    stat: Stat
    owner: str


class Members:
    """Call it with a node id from any thread; it reads /proc anew each time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._procfs = context.procfs
        self._owners = Owners(context.host, context.inventory)
        self._cgroups = Cgroups(context.procfs, context.settings.sysfs)

    def __call__(self, node: str) -> Iterator[Member]:
        """Those of container `node`, or all that may be shown when it is the host.

        Raises LookupError for a node that is not on this host.
        """
        host = self._context.host.node
        container = self._context.inventory.containers().get(node)
        if node != host and (container is None or container.removed):
            raise LookupError(node)
        return self._of(None if node == host else node)

    def _of(self, node: str | None) -> Iterator[Member]:
        uptime = float(self._procfs.record("uptime").split()[0])
        for pid in self._procfs.pids():
            try:
                stat = parse_stat(self._procfs.record(f"{pid}/stat"))
                inside = () if stat.flags & KERNEL_THREAD else self._cgroups.container_ids(pid)
                owner = self._owners.of(inside, uptime - stat.start / TICKS_PER_SECOND)
            except (OSError, ValueError, IndexError):
                continue  # it ended meanwhile
            if owner is not None and node in (None, owner):
                yield Member(pid, stat, owner)
