"""Waiting, in an event loop, for what others do in their own time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


async def until(look: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Return once `look` is true. Raises AssertionError with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds:.0f} s still not: {what}")
        await asyncio.sleep(0.01)
