"""Regular expressions of users, on RE2: linear in time, bounded in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import re2  # type: ignore[import-untyped]

MAX_PATTERN = 500
_MEMORY_BYTES = 1 << 20


class BadPattern(ValueError):
    """RE2 does not take the pattern; the message says why."""


@lru_cache(maxsize=256)
def pattern(text: str) -> Callable[[str], bool]:
    """Whether the pattern occurs in a text. Raises BadPattern."""
    if len(text) > MAX_PATTERN:
        raise BadPattern(f"a regular expression has at most {MAX_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_BYTES
    try:
        compiled = re2.compile(text, options)
    except re2.error as error:
        why = error.args[0] if error.args else "not understood"
        said = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
        raise BadPattern(f"RE2 does not take this regular expression: {said}"[:300]) from None

    def occurs(value: str) -> bool:
        # A lone surrogate is no text for RE2.
        return compiled.search(value.encode("utf-8", "replace").decode()) is not None

    return occurs
