"""One process of the stack: started, asked for its health, restarted, stopped."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

_STOP_SECONDS = 10
_RESTARTS = 2
_RESTART_WINDOW = 300


class Child(Protocol):
    """What the supervisor needs to know of a process."""

    name: str
    log: Path
    health: str

    def start(self) -> None: ...
    def ended(self) -> str | None:
        """How it ended, in words; None while it runs."""

    def stop(self) -> None: ...


class Process:
    """A process of this user whose output goes to a log file, in a session of its own."""

    def __init__(self, name: str, command: Sequence[str], log: Path, health: str) -> None:
        self.name, self.command, self.log, self.health = name, list(command), log, health
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ended(self) -> str | None:
        if self._process is None:
            return "was not started"
        return _words(self._process.poll())

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _words(status: int | None) -> str | None:
    if status is None:
        return None
    return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"


def healthy(url: str, seconds: float = 2) -> bool:
    """True if the health URL answers 200 within the time."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, indented, for a message."""
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 16_384))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return "    (no log)"
    return "\n".join("    " + line for line in text.splitlines()[-lines:]) or "    (empty)"


class Restarts:
    """Whether a child that died may be started again: twice in five minutes, then no more."""

    def __init__(self) -> None:
        self._deaths: list[float] = []

    def allowed(self) -> bool:
        now = time.monotonic()
        self._deaths = [then for then in self._deaths if now - then < _RESTART_WINDOW] + [now]
        return len(self._deaths) <= _RESTARTS
