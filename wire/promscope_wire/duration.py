"""Durations as Prometheus writes them."""

from __future__ import annotations

import re

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII)


def duration(text: str) -> float:
    """Seconds of a duration such as `15s`, `1m30s` or `500ms`.

    Raises ValueError for anything else and for zero.
    """
    found = _DURATION.fullmatch(text)
    seconds = 0.0
    if found:
        hours, minutes, whole, milli = (int(part or 0) for part in found.groups())
        seconds = hours * 3600 + minutes * 60 + whole + milli / 1000
    if not seconds:
        raise ValueError("write a duration above zero such as 15s or 1m30s")
    return seconds
