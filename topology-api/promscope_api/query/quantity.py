"""Numbers as people write them in a query: `40%`, `10mb`, `1.5gib`, `500m`, `2mb/s`."""

from __future__ import annotations

import re
from typing import Literal

Unit = Literal["cores", "bytes", "bytes_per_second", "count"]

_NUMBER = re.compile(r"([+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}))\s*([a-z%/]*)", re.ASCII)
_DECIMAL = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15}
_BINARY = {"ki": 2.0**10, "mi": 2.0**20, "gi": 2.0**30, "ti": 2.0**40, "pi": 2.0**50}
_BYTES = {
    f"{prefix}{suffix}": factor
    for prefix, factor in {**_DECIMAL, **_BINARY}.items()
    for suffix in ("", "b")
}
_UNITS: dict[Unit, dict[str, float]] = {
    "cores": {"": 1.0, "m": 1e-3, "core": 1.0, "cores": 1.0},
    "bytes": _BYTES,
    "bytes_per_second": {
        f"{name}{per}": factor for name, factor in _BYTES.items() for per in ("", "/s")
    },
    "count": _DECIMAL,
}
_EXAMPLES: dict[Unit, str] = {
    "cores": "0.5, 500m (thousandths of a core) or 40% (of what it may use)",
    "bytes": "10mb, 1.5gib or 80% (of what it may use)",
    "bytes_per_second": "100kb/s or 2mib",
    "count": "100 or 2k",
}


def quantity(text: str, unit: Unit, *, share: bool) -> tuple[float, bool]:
    """The number, in the base unit or (True) in per cent. `share`: a percentage has a meaning.

    Decimal prefixes are powers of 1,000, those with an `i` of 1,024. Raises ValueError, whose
    message says how to write one.
    """
    found = _NUMBER.fullmatch(text.strip().lower())
    if found:
        number, suffix = float(found[1]), found[2]
        if suffix == "%" and share:
            return number, True
        if suffix in _UNITS[unit]:
            return number * _UNITS[unit][suffix], False
    raise ValueError(f"{text[:40]!r} is no such number: write {_EXAMPLES[unit]}")
