"""What the C library keeps of memory that Python has given back."""

from __future__ import annotations

import ctypes
from contextlib import suppress

#: malloc.h of glibc: M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_LARGE_BYTES = 128 << 10


def keep_little() -> None:
    """One heap for all threads, and what is large is given back to the system at once.

    Left alone, glibc makes a heap per thread and, after the first large buffer, keeps all up to
    32 MB in them, full of holes. Source: mallopt(3). Nothing happens with another C library.
    """
    with suppress(AttributeError, OSError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_TRIM_THRESHOLD, _LARGE_BYTES)
