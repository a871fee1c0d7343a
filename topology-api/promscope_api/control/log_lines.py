"""Frames of a log, as a probe streams them → lines, and lines as text that no terminal obeys.

The frames are those of the Docker Engine (API 1.41, "Attach to a container": Stream format), each
with the time in front of its text; output 3 is the probe's own remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

OUTPUTS = ("stdout", "stdout", "stderr", "promscope")
#: Probes cut lines far below both.
MAX_FRAME = 1024 * 1024
MAX_LINE = 1024 * 1024

_HEAD = 8
_TIME = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) ")
#: ECMA-48: control sequences, and strings such as titles, links and the clipboard.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x1b\x07\x9c]*"
    r"(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]"
)
_CONTROLS = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


class MalformedLog(Exception):
    """The probe's stream is not a log."""


class LogLine(msgspec.Struct, frozen=True):
    """`time`: RFC 3339 with nanoseconds, "" where none is known; `output`: stdout, stderr, or
    promscope for remarks of the probe."""

    time: str
    output: str
    text: str


class LogLines:
    """Bytes in, lines out; what is not a whole line waits."""

    def __init__(self) -> None:
        self._rest = b""
        self._parts: list[list[bytes]] = [[] for _ in OUTPUTS]
        self._times = [""] * len(OUTPUTS)
        self._lengths = [0] * len(OUTPUTS)

    def feed(self, data: bytes) -> Iterator[LogLine]:
        """The lines that are complete now. Raises MalformedLog."""
        data = self._rest + data
        at = 0
        while len(data) - at >= _HEAD:
            output, length = data[at], int.from_bytes(data[at + 4 : at + _HEAD], "big")
            if output >= len(OUTPUTS) or length > MAX_FRAME:
                raise MalformedLog(f"not a frame of a log: {data[at : at + _HEAD]!r}")
            if len(data) - at < _HEAD + length:
                break
            yield from self._piece(output, data[at + _HEAD : at + _HEAD + length])
            at += _HEAD + length
        self._rest = data[at:]

    def finish(self) -> Iterator[LogLine]:
        """The last line of each output, which had no end."""
        for output, parts in enumerate(self._parts):
            if parts:
                yield self._line(output)

    def _piece(self, output: int, piece: bytes) -> Iterator[LogLine]:
        found = _TIME.match(piece)
        text = piece[found.end() :] if found else piece
        if not self._parts[output]:
            self._times[output] = found[1].decode() if found else ""
        self._lengths[output] += len(text)
        if self._lengths[output] <= MAX_LINE:
            self._parts[output].append(text)
        if text.endswith(b"\n"):
            yield self._line(output)

    def _line(self, output: int) -> LogLine:
        text = b"".join(self._parts[output]).decode("utf-8", "replace").removesuffix("\n")
        self._parts[output] = []
        self._lengths[output] = 0
        return LogLine(self._times[output], OUTPUTS[output], text)


def harmless(text: str) -> str:
    """The text without control sequences; other controls and what turns the direction of writing
    are shown as U+FFFD."""
    return _CONTROLS.sub("\ufffd", _SEQUENCES.sub("", text.removesuffix("\r")))
