"""One field of all entries, as numbers that numpy compares: texts by what differs, numbers as
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from promscope_api.graph.entry import Entry

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


class Column:
    """The values of a text field: which entry has which of the distinct ones."""

    def __init__(self, entries: Sequence[Entry], field: str) -> None:
        codes: dict[str, int] = {}
        rows: list[int] = []
        cells: list[int] = []
        for row, entry in enumerate(entries):
            for value in entry.values.get(field, ()):
                rows.append(row)
                cells.append(codes.setdefault(value, len(codes)))
        self.values = list(codes)
        self._count = len(entries)
        self._rows = np.array(rows, dtype=np.intp)
        self._cells = np.array(cells, dtype=np.intp)

    def where(self, test: Callable[[str], bool]) -> Mask:
        """The entries that have a value of which `test` is true; it is asked once per value."""
        passes = np.fromiter(map(test, self.values), dtype=np.bool_, count=len(self.values))
        found = np.zeros(self._count, dtype=np.bool_)
        if len(self._rows):
            found[self._rows[passes[self._cells]]] = True
        return found

    def frequent(self) -> list[tuple[str, int]]:
        """Distinct values and how many entries have them, the most frequent first."""
        counts = np.bincount(self._cells, minlength=len(self.values)).tolist()
        found = zip(self.values, counts, strict=True)
        return sorted(found, key=lambda item: (-item[1], item[0]))


def numbers(entries: Sequence[Entry], name: str) -> Numbers:
    """A number of all entries; NaN is not measured."""
    found = (getattr(entry.node.metrics, name) for entry in entries)
    return np.array([np.nan if value is None else value for value in found], dtype=np.float64)
