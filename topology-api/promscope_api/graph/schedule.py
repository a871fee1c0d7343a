"""When to ask Prometheus again: just after its scrapes, without comparing anybody's clocks.

The first rounds come every second until one finds a newer scrape than the one before: so the
moment of a scrape is known to the second. From then on the rhythm is a little shorter than the
scrape interval, so a round creeps towards the scrape it follows; a round that finds nothing newer
came too early, and is soon repeated.
"""

from __future__ import annotations

SOON_SECONDS = 1.0
_CREEP_SECONDS = 0.1
#: Rounds in a row that may find nothing new before the full interval is waited again.
_REPEATS = 4


class Schedule:
    """Told the outcome of each round, says how long to wait for the next."""

    def __init__(self, scrape_interval: float) -> None:
        self._interval = scrape_interval
        self._newest: float | None = None
        self._repeats = 0
        self._patience = round(scrape_interval / SOON_SECONDS) + _REPEATS

    def after(self, taken_at: float | None, *, failed: bool = False) -> float:
        """Seconds to wait after a round whose newest scrape was at `taken_at` (None: no probe
        was found).
        """
        if failed:
            return min(self._interval, 2 * SOON_SECONDS if self._newest is None else 5.0)
        soon = min(self._interval, SOON_SECONDS)
        if taken_at is None:
            return soon
        if taken_at != self._newest:
            was_first = self._newest is None
            self._newest = taken_at
            self._repeats = 0
            if was_first:
                return soon
            self._patience = _REPEATS
            return max(soon, self._interval - _CREEP_SECONDS)
        self._repeats += 1
        if self._repeats > self._patience:
            self._repeats, self._patience = 0, _REPEATS
            return self._interval
        return soon
