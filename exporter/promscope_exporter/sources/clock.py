"""The time, injectable."""

from __future__ import annotations

import time


class Clock:
    """The machine's clocks, in seconds."""

    def monotonic(self) -> float:
        """Time that only goes forward; its zero means nothing (clock_gettime(2))."""
        return time.monotonic()

    def wall(self) -> float:
        """Unix time; may jump."""
        return time.time()
