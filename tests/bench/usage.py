"""What processes use, as the kernel accounts it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds of a process since its start, and its memory now, at a moment."""

    at: float
    cpu_seconds: float
    resident_bytes: int
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process used in a window: share of one core, memory at its end and its peak."""

    core_share: float
    cpu_seconds: float
    resident_bytes: int
    peak_bytes: int


def now(pid: int) -> Usage:
    """Raises FileNotFoundError if there is no such process."""
    folder = Path(f"/proc/{pid}")
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    status = dict(
        line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line
    )
    return Usage(
        time.monotonic(),
        ticks / _TICKS,
        _kilobytes(status["VmRSS"]),
        _kilobytes(status["VmHWM"]),
    )


def _kilobytes(text: str) -> int:
    return int(text.split(maxsplit=1)[0]) * 1024


def cost(before: Usage, after: Usage) -> Cost:
    seconds = after.cpu_seconds - before.cpu_seconds
    return Cost(seconds / (after.at - before.at), seconds, after.resident_bytes, after.peak_bytes)


class Meter:
    """The cost of named processes between `start` and `read`."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self._before = {name: now(pid) for name, pid in pids.items()}

    def read(self) -> dict[str, Cost]:
        return {name: cost(self._before[name], now(pid)) for name, pid in self._pids.items()}


def children(pid: int) -> list[int]:
    """The direct children, oldest first."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def named(comm: str) -> int | None:
    """The oldest process of this name."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "comm").read_text().strip() == comm:
                found.append(int(folder.name))
        except OSError:
            continue
    return min(found, default=None)
