"""How much of its reading the probe leaves out rather than use more than its CPU budget."""

from __future__ import annotations

from promscope_exporter.exposition.page import PUNCTUAL

#: A window is this many scrape intervals: one busy scrape alone changes nothing.
WINDOW_SCRAPES = 4
HIGHEST = 8
#: What did nothing since the last scrape is read whole at every so many.
IDLE_TURNS = 4
#: The second scrape alone decides where to begin: the first reads everything for the first time.
_FIRST = 2
#: Down again when the next lower step, at twice the cost, would stay well within the budget.
_ROOM = 0.35


class Ladder:
    """`budget_percent` of one core (0: no limit); `interval`: seconds between scrapes.

    `scrapes_per_read` is 1, 2, 4 or 8: edges are polled at every so many scrapes, each process
    and container is read once in so many; in between they tell what they told before. The ends
    of connections are followed all the same, so nothing is lost. Used from one thread.
    """

    def __init__(self, budget_percent: float = 0.0, interval: float = 15.0) -> None:
        self.scrapes_per_read = 1
        self._budget = budget_percent / 100
        self._interval = interval
        self._scrapes = 0
        self._window = 0.0
        self._since = (0.0, 0.0)

    def observe(self, now: float, cpu_seconds: float) -> None:
        """At each scrape: the monotonic time, and the processor seconds the probe has used."""
        self._scrapes += 1
        if self._scrapes <= _FIRST:
            self._since, self._window = (now, cpu_seconds), PUNCTUAL * self._interval
        seconds = now - self._since[0]
        if not self._budget or seconds < self._window:
            return
        share = (cpu_seconds - self._since[1]) / seconds
        self._since, self._window = (now, cpu_seconds), WINDOW_SCRAPES * self._interval
        if share > self._budget:
            # up at once to where it would hold; it comes down step by step
            while share > self._budget and self.scrapes_per_read < HIGHEST:
                self.scrapes_per_read *= 2
                share /= 2
        elif share < self._budget * _ROOM:
            self.scrapes_per_read = max(self.scrapes_per_read // 2, 1)
