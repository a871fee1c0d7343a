"""What a sink has not got yet: the files of the audit log are the queue, so nothing is kept twice.

Where each sink is stands beside them in `NAME.position`; it moves once the sink has taken the
records, so each is sent at least once.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import msgspec

from promscope_api.audit.log import chain_files

MAX_RECORDS = 200
_MAX_BYTES = 1024 * 1024

log = logging.getLogger(__name__)


class _Place(msgspec.Struct, frozen=True):
    file: str
    offset: int


class Outbox:
    """Of one sink, for the chains of all writers. For one thread."""

    def __init__(self, directory: Path, name: str) -> None:
        self._directory = directory
        self._path = directory / f"{name}.position"
        self._places = self._load()
        self._next = dict(self._places)

    def batch(self) -> list[bytes]:
        """The next lines in the order of each chain, without their newlines; empty: it has all.

        The same again until `sent`. Raises OSError where a file cannot be read.
        """
        self._next = dict(self._places)
        lines: list[bytes] = []
        size = 0
        for path in chain_files(self._directory):
            chain = path.name.partition(".")[0]
            place = self._next.get(chain, _Place("", 0))
            if path.name < place.file:
                continue
            with path.open("rb") as file:
                offset = place.offset if path.name == place.file else 0
                at = file.seek(_line_start(file.fileno(), offset))
                for line in file:
                    if len(lines) >= MAX_RECORDS or size >= _MAX_BYTES:
                        return lines
                    if not line.endswith(b"\n"):
                        break
                    at += len(line)
                    size += len(line)
                    lines.append(line[:-1])
                    self._next[chain] = _Place(path.name, at)
        return lines

    def sent(self) -> None:
        """The sink has the last batch."""
        self._places = dict(self._next)
        content = msgspec.json.encode(self._places)
        beside = self._path.with_suffix(".new")
        try:
            beside.write_bytes(content)
            beside.replace(self._path)
        except OSError as error:
            log.warning("after a restart records are sent again: %s", error)

    def _load(self) -> dict[str, _Place]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, _Place])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            log.warning("%s cannot be used, everything is sent again: %s", self._path, error)
            return {}


def _line_start(file: int, offset: int) -> int:
    """`offset`, or the beginning of the line it is within: a record that could not be kept was
    taken back and another one stands in its place."""
    offset = min(offset, os.fstat(file).st_size)
    before = os.pread(file, min(offset, _MAX_BYTES), max(0, offset - _MAX_BYTES))
    return offset - (len(before) - (before.rfind(b"\n") + 1))
