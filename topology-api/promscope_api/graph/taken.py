"""Who may return to a place: one that nobody else stands in."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

Circle = tuple[float, float, float]


class Taken:
    """The circles of one group; only those of who is `there` are in the way."""

    def __init__(self, circles: Mapping[str, Circle], there: Collection[str]) -> None:
        self._row = {key: row for row, key in enumerate(circles)}
        self._circles = np.array(list(circles.values())).reshape(-1, 3)
        self._there = np.array([key in there for key in circles], dtype=np.bool_)

    def settle(self, key: str) -> bool:
        """Whether the place of `key` is free; from then on it is in the way itself."""
        row = self._row[key]
        x, y, radius = self._circles[row]
        away = np.hypot(self._circles[:, 0] - x, self._circles[:, 1] - y)
        hit = self._there & (away < self._circles[:, 2] + radius)
        hit[row] = False
        if hit.any():
            return False
        self._there[row] = True
        return True
