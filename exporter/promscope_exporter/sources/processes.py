"""One process as /proc/PID/stat tells it, and the rest of /proc/PID for those who ask.

Formats: proc(5). This file is in the hot path: one call of `read_stat` per process and scrape.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import NamedTuple

from promscope_exporter.sources.procfs import Procfs

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = resource.getpagesize()
_RECORD_BYTES = 4096
_MOST = 2**63 - 1
KERNEL_THREAD = 0x00200000  # PF_KTHREAD of include/linux/sched.h


class Stat(NamedTuple):
    """`command` may hold any byte; `state` is one letter.

    Times are in ticks (`TICKS_PER_SECOND`), `start` since boot; `resident` is in pages,
    `virtual` in bytes.
    """

    command: bytes
    state: bytes
    parent: int
    flags: int
    cpu: int
    threads: int
    start: int
    virtual: int
    resident: int


def parse_stat(text: bytes) -> Stat:
    """A /proc/PID/stat line. Raises ValueError or IndexError when it is none."""
    # the name is in brackets and may hold brackets and blanks itself
    end = text.rindex(b")")
    fields = text[end + 2 :].split(b" ", 22)
    numbers = (
        int(fields[1]),
        int(fields[6]),
        int(fields[11]) + int(fields[12]),
        int(fields[17]),
        int(fields[19]),
        int(fields[20]),
        int(fields[21]),
    )
    # the last is in pages
    if min(numbers) < 0 or max(numbers) > _MOST or numbers[-1] > _MOST // PAGE_BYTES:
        raise ValueError("no such numbers are in a stat line")
    return Stat(text[text.index(b"(") + 1 : end], fields[0], *numbers)


def text(raw: bytes) -> str:
    r"""Raw bytes of the kernel as text: what is not UTF-8 is written `\xNN`."""
    return raw.decode("utf-8", "backslashreplace")


class ProcessFiles:
    """The files of single processes. Each method raises OSError when the process is gone or
    may not be looked at."""

    def __init__(self, procfs: Procfs) -> None:
        self._procfs = procfs
        self._root = procfs.root
        # the size of the directory is the number of descriptors since Linux 6.2, else 0
        self._sized = bool(Path("/proc/self/fd").stat().st_size)

    def io(self, pid: int) -> tuple[int, int]:
        """Bytes read from and written to storage. Another user's need CAP_SYS_PTRACE."""
        descriptor = os.open(f"{self._root}/{pid}/io", os.O_RDONLY)
        try:
            words = os.read(descriptor, _RECORD_BYTES).split()
        finally:
            os.close(descriptor)
        read, written = int(words[9]), int(words[11])
        if not 0 <= min(read, written) <= max(read, written) <= _MOST:
            raise ValueError("no such numbers are in an io file")
        return read, written

    def open_fds(self, pid: int) -> int:
        """File descriptors open."""
        path = f"{self._root}/{pid}/fd"
        return os.stat(path).st_size if self._sized else len(os.listdir(path))  # noqa: PTH116

    def command_line(self, pid: int) -> list[str]:
        """The arguments; empty for a kernel thread or a zombie."""
        raw = self._procfs.read(f"{pid}/cmdline").rstrip(b"\0")
        return [text(argument) for argument in raw.split(b"\0")] if raw else []

    def user_id(self, pid: int) -> int:
        """The effective user id."""
        for line in self._procfs.read(f"{pid}/status").splitlines():
            if line.startswith(b"Uid:"):
                return int(line.split()[2])
        raise OSError(f"process {pid} has no user id")

    def link(self, pid: int, name: str) -> str:
        """What `cwd` or `exe` of the process points to; empty when that is not known."""
        return text(os.fsencode(self._procfs.link(f"{pid}/{name}") or ""))
