"""From when on a node is unwell: the settings `--status.*`."""

from __future__ import annotations

import math
import re

import msgspec

_SHARE = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)%", re.ASCII)
NEVER = "never"


class Thresholds(msgspec.Struct, frozen=True):
    """Shares are of a limit (or of a host's capacity); infinite: never. `restarts` within
    fifteen minutes are a crash loop.
    """

    memory_warning: float = 0.90
    memory_critical: float = 0.97
    cpu_warning: float = 0.90
    cpu_critical: float = math.inf
    throttled_warning: float = 0.25
    restarts_critical: float = 5.0


def share(text: str) -> float:
    """`90%` as 0.9, `never` as infinity. Raises ValueError."""
    if text == NEVER:
        return math.inf
    found = _SHARE.fullmatch(text)
    if found is None or float(found[1]) == 0:
        raise ValueError("write a share such as 90%, or never")
    return float(found[1]) / 100


def count(text: str) -> float:
    """A whole number from 1, `never` as infinity. Raises ValueError."""
    if text == NEVER:
        return math.inf
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text) > 0):
        raise ValueError("write a number such as 5, or never")
    return float(text)
