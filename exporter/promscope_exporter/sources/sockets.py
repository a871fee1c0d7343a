"""Which process holds a socket: /proc/PID/fd names sockets by inode (proc_pid_fd(5))."""

from __future__ import annotations

import os

from promscope_exporter.sources.processes import text
from promscope_exporter.sources.procfs import Procfs

_PREFIX = "socket:["


class SocketHolders:
    """Looks into the descriptor tables of processes."""

    def __init__(self, procfs: Procfs) -> None:
        self._procfs = procfs

    def of(self, pid: int) -> set[int] | None:
        """The inodes of all sockets the process holds, none when it is gone; None when it may
        not be looked into (another user's: that needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH,
        or root).
        """
        directory = f"{self._procfs.root}/{pid}/fd"
        found = set()
        try:
            for descriptor in os.listdir(directory):
                try:
                    target = os.readlink(f"{directory}/{descriptor}")  # noqa: PTH115 - hot path
                except FileNotFoundError:
                    continue
                if target.startswith(_PREFIX):
                    found.add(int(target[len(_PREFIX) : -1]))
        except PermissionError:
            return None
        except OSError:
            pass
        return found

    def count(self, pid: int) -> int:
        """How many descriptors the process has open (Linux 6.2; 0 before, and when it is gone)."""
        try:
            return os.stat(f"{self._procfs.root}/{pid}/fd").st_size  # noqa: PTH116 - hot path
        except OSError:
            return 0

    def command(self, pid: int) -> str:
        """The command name as the kernel has it; empty when the process is gone."""
        try:
            return text(self._procfs.read(f"{pid}/comm").rstrip(b"\n"))
        except OSError:
            return ""
