"""Controls that were asked for within the last hour, so that a repeat is never done again.

On disk where the probe has a folder for it: then a restart of the probe does not forget. A
control that was begun when the probe ended is answered as unknown, and not begun again.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import OrderedDict
from pathlib import Path

import msgspec

from promscope_exporter.sources.clock import Clock
from promscope_wire.frames import Outcome, Problem

REMEMBER_SECONDS = 3600.0
REMEMBER_OPERATIONS = 10_000
FILE = "operations.jsonl"

log = logging.getLogger(__name__)


class _Line(msgspec.Struct):
    """`at`: Unix time; no `outcome`: begun."""

    id: str
    at: float
    outcome: Outcome | None = None


_decode = msgspec.json.Decoder(_Line).decode
_encode = msgspec.json.Encoder().encode


class Operations:
    """Thread-safe; `begin` and `finish` wait for the disk. `folder`: where the journal is kept;
    None: in memory only."""

    def __init__(self, clock: Clock, folder: Path | None = None) -> None:
        self._clock = clock
        self._mutex = threading.Lock()
        self._known: OrderedDict[str, _Line] = OrderedDict()
        self._path = folder / FILE if folder else None
        self._file = -1
        if self._path is not None:
            self._open(self._path)

    def begin(self, operation_id: str) -> None:
        """Note that an operation begins."""
        self._note(_Line(operation_id, self._clock.wall()))

    def finish(self, outcome: Outcome) -> None:
        """Note how an operation went."""
        self._note(_Line(outcome.operation_id, self._clock.wall(), outcome))

    def outcome(self, operation_id: str) -> Outcome | None:
        """The outcome of an operation of the last hour; None: it is not known or not over."""
        with self._mutex:
            line = self._known.get(operation_id)
            return line.outcome if line else None

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._load(path)
            fresh = path.with_suffix(".new")
            self._file = os.open(
                fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600
            )
            for line in self._known.values():
                os.write(self._file, _encode(line) + b"\n")
            os.fsync(self._file)
            fresh.replace(path)
        except OSError as error:
            self._fail(error)

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        for raw in path.read_bytes().splitlines():
            try:
                line = _decode(raw)
            except msgspec.MsgspecError:
                continue  # the last line of a crash: it was not acknowledged
            self._known[line.id] = line
        for line in self._known.values():
            if line.outcome is None:
                line.outcome = Outcome(
                    line.id,
                    "failed",
                    Problem(
                        "unknown",
                        "Outcome unknown",
                        "The probe was restarted while it carried this out: look at the container.",
                    ),
                )
        self._forget()

    def _forget(self) -> None:
        horizon = self._clock.wall() - REMEMBER_SECONDS
        while self._known and (
            next(iter(self._known.values())).at < horizon or len(self._known) > REMEMBER_OPERATIONS
        ):
            self._known.popitem(last=False)

    def _note(self, line: _Line) -> None:
        with self._mutex:
            self._known.pop(line.id, None)
            self._known[line.id] = line
            self._forget()
            if self._file < 0:
                return
            try:
                os.write(self._file, _encode(line) + b"\n")
                os.fsync(self._file)
            except OSError as error:
                self._fail(error)

    def _fail(self, error: OSError) -> None:
        log.error("operations are remembered in memory only: %s: %s", self._path, error.strerror)
        self.close()
