"""The one table a bench prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`met` is None where there is no target."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        return {None: "", True: "yes", False: "NO"}[self.met]


def below(what: str, value: float, limit: float, unit: str, note: str = "") -> Row:
    """A row whose value should not be above the limit."""
    return Row(what, f"{value:.2f} {unit}", f"≤ {limit:g} {unit}", value <= limit, note)


def render(rows: Sequence[Row]) -> str:
    """Markdown that is also readable as it is."""
    cells = [("figure", "measured", "target", "met", "beside it")]
    cells += [(row.what, row.measured, row.target, row.verdict, row.note) for row in rows]
    widths = [max(len(cell[column]) for cell in cells) for column in range(5)]
    lines = [" | ".join(map(str.ljust, cell, widths)) for cell in cells]
    lines.insert(1, "-|-".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)
