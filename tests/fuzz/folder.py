"""Where the fuzzers write: a folder in memory where there is one, because they write a lot."""

from __future__ import annotations

import atexit
import os
import tempfile

_MEMORY = "/dev/shm"


def scratch() -> str:
    """A folder that is gone when the program ends."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    made = tempfile.TemporaryDirectory(prefix="promscope-fuzz-", dir=place)
    atexit.register(made.cleanup)
    return made.name
