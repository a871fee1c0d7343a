"""Waiting for something that real processes do in their own time, with a limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class StillNot(AssertionError):
    """What was waited for did not come; the text says what, and what was there instead."""


def until(look: Callable[[], T | None], what: str, seconds: float = 60, every: float = 0.1) -> T:
    """The first true answer of `look`. Raises StillNot with its last answer after `seconds`.

    An AssertionError or a refused connection of `look` counts as "not yet".
    """
    end = time.monotonic() + seconds
    while True:
        found: object
        try:
            answer = look()
            if answer:
                return answer
            found = answer
        except (AssertionError, OSError) as error:
            found = error
        if time.monotonic() > end:
            raise StillNot(f"after {seconds:.0f} s still not: {what}; last: {found!r:.2000}")
        time.sleep(every)
