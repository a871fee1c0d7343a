"""A token bucket."""

from __future__ import annotations

import time
from collections.abc import Callable


class Bucket:
    """One token per `interval` seconds, `burst` at most; an interval of 0 limits nothing."""

    def __init__(
        self, interval: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = interval
        self._burst = float(burst)
        self._tokens = float(burst)
        self._clock = clock
        self._filled = clock()

    def take(self) -> bool:
        """Whether there was a token to take."""
        if not self._interval:
            return True
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) / self._interval)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
