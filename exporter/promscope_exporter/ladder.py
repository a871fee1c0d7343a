"""How much of its reading the probe leaves out rather than use more than its CPU budget."""

from __future__ import annotations

#: A window is this many scrape intervals: one busy scrape alone changes nothing.
WINDOW_SCRAPES = 4
HIGHEST = 8
#: What did nothing since the last scrape is read whole at every so many.
IDLE_TURNS = 4
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
        self._window = WINDOW_SCRAPES * interval
        self._since: tuple[float, float] | None = None

    def observe(self, now: float, cpu_seconds: float) -> None:
        """At each scrape: the monotonic time, and the processor seconds the probe has used."""
        if self._since is None:
            self._since = now, cpu_seconds
        seconds = now - self._since[0]
        if not self._budget or seconds < self._window:
            return
        share = (cpu_seconds - self._since[1]) / seconds
        self._since = now, cpu_seconds
        if share > self._budget:
            # up at once to where it would hold; it comes down step by step
            while share > self._budget and self.scrapes_per_read < HIGHEST:
                self.scrapes_per_read *= 2
                share /= 2
        elif share < self._budget * _ROOM:
            self.scrapes_per_read = max(self.scrapes_per_read // 2, 1)
