"""The audit log's file: append only, on disk before `append` returns, one writer per chain."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from promscope_api.audit.chain import GENESIS, Broken, Head, read, seal
from promscope_api.audit.event import Event

MAX_FILE_BYTES = 64 * 1024 * 1024
_TAIL_BYTES = 256 * 1024

log = logging.getLogger(__name__)


class AuditUnavailable(Exception):
    """The record could not be put on disk; the text says why and the remedy."""


class AuditLog:
    """The chain of one writer in `directory` (made with mode 0700, files 0600).

    Files are `<writer>-<random>.<number of the first record>.jsonl`. Thread-safe; a second
    process with the same writer name waits at most `wait_seconds` and is then refused.
    With `fail_open` a record that cannot be put on disk goes into the program's log instead.
    Raises AuditUnavailable when it cannot be opened.
    """

    def __init__(
        self,
        directory: Path,
        writer: str,
        *,
        now: Callable[[], float] = time.time,
        wait_seconds: float = 0.0,
        max_file_bytes: int = MAX_FILE_BYTES,
        fail_open: bool = False,
    ) -> None:
        #: Records that are not on disk, since the start; 0 unless `fail_open`.
        self.lost = 0
        self._fail_open = fail_open
        self._directory = directory
        self._writer = writer
        self._now = now
        self._max_file_bytes = max_file_bytes
        self._mutex = threading.Lock()
        self._file = -1
        self._size = 0
        self._head = Head("", 0, GENESIS)
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(directory / f"{writer}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise AuditUnavailable(f"cannot open the audit log: {error}") from error
        try:
            self._claim(wait_seconds)
            self._open()
        except BaseException:
            self.close()
            raise

    @property
    def head(self) -> Head:
        """The last record on disk; sequence 0: none yet."""
        return self._head

    def append(self, event: Event) -> Head:
        """Write the record and wait until it is on disk.

        Raises AuditUnavailable when it is not, or the log is closed; then no part of it is left
        in the file.
        """
        fields = event.fields(self._now())
        try:
            return self._append(fields)
        except AuditUnavailable as error:
            if not self._fail_open or self._lock < 0:
                raise
            self.lost += 1
            log.error("%s; not recorded: %s", error, json.dumps(fields))
            return self._head

    def _append(self, fields: Mapping[str, Any]) -> Head:
        """Raises AuditUnavailable."""
        with self._mutex:
            if self._lock < 0:
                raise AuditUnavailable(f"the audit log in {self._directory} is closed")
            try:
                if self._file < 0:
                    self._open()
                elif self._size >= self._max_file_bytes:
                    self._start_file()
                line, head = seal(fields, self._head)
                self._write(line)
            except OSError as error:
                raise AuditUnavailable(
                    f"the audit log in {self._directory} cannot be written ({error.strerror}):"
                    " make room or mend the disk"
                ) from error
            self._size += len(line)
            self._head = head
            return head

    def close(self) -> None:
        with self._mutex:
            self._close_file()
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _claim(self, wait_seconds: float) -> None:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise AuditUnavailable(
                        f"another process writes the audit log {self._directory}/{self._writer}:"
                        " give every API its own --storage.path"
                    ) from None
                time.sleep(0.05)

    def _open(self) -> None:
        """Continue the newest file of this writer, or begin a chain."""
        files = chain_files(self._directory, self._writer)
        if not files:
            self._head = Head(f"{self._writer}-{secrets.token_hex(6)}", 0, GENESIS)
            self._start_file()
            return
        self._use(files[-1], os.O_RDWR | os.O_APPEND)
        self._size = self._cut_torn_line()
        last = self._last_line()
        if last is None:
            self._head = self._head_before(files)
            return
        try:
            _, self._head = read(last)
        except Broken as error:
            raise AuditUnavailable(
                f"the last record of {files[-1]} is damaged ({error}); run `promscope audit"
                " verify`, and move the file away once you have looked at it"
            ) from error

    def _head_before(self, files: list[Path]) -> Head:
        """The newest file is empty (the disk was full when it was begun): look one back."""
        for path in reversed(files[:-1]):
            lines = path.read_bytes().splitlines()
            if lines:
                return read(lines[-1])[1]
        return Head(files[-1].name.partition(".")[0], 0, GENESIS)

    def _start_file(self) -> None:
        name = f"{self._head.chain}.{self._head.sequence + 1:010d}.jsonl"
        self._use(self._directory / name, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        self._size = os.fstat(self._file).st_size
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _use(self, path: Path, flags: int) -> None:
        file = os.open(path, flags | os.O_CLOEXEC, 0o600)
        self._close_file()
        self._file = file

    def _write(self, line: bytes) -> None:
        try:
            written = os.write(self._file, line)
            if written != len(line):
                raise OSError(28, "no space left on the device")
            os.fsync(self._file)
        except OSError:
            self._undo()
            raise

    def _undo(self) -> None:
        """Take back what a failed write left, and read the file again before the next one."""
        try:
            os.ftruncate(self._file, self._size)
            os.fsync(self._file)
        except OSError as error:
            log.error("the audit file could not be cut back: %s", error)
        self._close_file()

    def _cut_torn_line(self) -> int:
        """A crash in the middle of a write leaves a line without an end; it was never
        acknowledged. Returns the size without it."""
        size = os.fstat(self._file).st_size
        tail = os.pread(self._file, _TAIL_BYTES, max(0, size - _TAIL_BYTES))
        torn = len(tail) - (tail.rfind(b"\n") + 1)
        if torn:
            log.warning("the audit log ended in %d bytes of an unfinished record: cut", torn)
            os.ftruncate(self._file, size - torn)
            os.fsync(self._file)
        return size - torn

    def _last_line(self) -> bytes | None:
        tail = os.pread(self._file, _TAIL_BYTES, max(0, self._size - _TAIL_BYTES))
        lines = tail.splitlines()
        return lines[-1] if lines else None

    def _close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def chain_files(directory: Path, writer: str = "") -> list[Path]:
    """The files of the audit log, of one writer or all, in the order they were written."""
    return sorted(directory.glob(f"{writer}*-*.*.jsonl"))
