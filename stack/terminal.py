"""What the user reads while a command works: one line per step, with the time it took."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_EVERY_SECONDS = 10


def say(text: str = "") -> None:
    """One line, at once, also into a pipe."""
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(doing: str) -> Iterator[None]:
    """Announce the step now, that it still works every 10 s, and its duration at the end."""
    say(f"· {doing} …")
    started = time.monotonic()
    over = threading.Event()
    reporter = threading.Thread(target=_report, args=(over, started), daemon=True)
    reporter.start()
    try:
        yield
    finally:
        over.set()
        reporter.join()
    took = time.monotonic() - started
    if took >= 1:
        say(f"  done in {took:.0f} s")


def _report(over: threading.Event, started: float) -> None:
    while not over.wait(_EVERY_SECONDS):
        say(f"  … {time.monotonic() - started:.0f} s")
