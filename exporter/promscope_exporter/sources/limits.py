"""The limits of a control group: processors, memory and tasks.

Sources: Documentation/scheduler/sched-bwc.rst, admin-guide/cgroup-v1/{memory,pids}.rst and
admin-guide/cgroup-v2.rst of the kernel.
"""

from __future__ import annotations

from pathlib import Path

from promscope_exporter.sources.cgroup import Group

#: What cgroup v1 says where there is no limit is this or more.
_NO_MEMORY_LIMIT = 1 << 60
_MOST_DIGITS = 19


def limits(group: Group) -> tuple[float | None, int | None, int | None]:
    """Cores, bytes and tasks; None: no limit, or not to be read."""
    directories = group.directories
    unified = directories.get("")
    quota, period = _numbers(unified, "cpu.max", 2)
    if quota is None:
        (quota,) = _numbers(directories.get("cpu"), "cpu.cfs_quota_us", 1)
        (period,) = _numbers(directories.get("cpu"), "cpu.cfs_period_us", 1)
    (memory,) = _numbers(unified, "memory.max", 1)
    if memory is None:
        (memory,) = _numbers(directories.get("memory"), "memory.limit_in_bytes", 1)
    (tasks,) = _numbers(unified, "pids.max", 1)
    if tasks is None:
        (tasks,) = _numbers(directories.get("pids"), "pids.max", 1)
    return (
        quota / period if quota and period else None,
        memory if memory is not None and memory < _NO_MEMORY_LIMIT else None,
        tasks,
    )


def _numbers(directory: str | None, name: str, count: int) -> list[int | None]:
    """The first words of a file; None for one that is no number from 0 (`max`, -1: none)."""
    words: list[str] = []
    if directory is not None:
        try:
            words = Path(directory, name).read_text(errors="replace").split()
        except (OSError, ValueError):  # ValueError: a path with NUL
            words = []
    found = [_number(word) for word in words[:count]]
    return [*found, *[None] * count][:count]


def _number(word: str) -> int | None:
    """The kernel writes 64 bits at most."""
    if not (word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS):
        return None
    return int(word) if int(word) < 1 << 63 else None
