"""A container's log as its engine sends it → whole frames in bounded memory.

The form is the engine's own (Docker Engine API 1.41, "Attach to a container": Stream format):
per piece of a line 8 bytes (the output's number, three zeros, the length, big-endian) and the
piece, with its time in front. Output 1 is stdout, 2 stderr; 3 is remarks of this probe. A line
that is longer than MAX_LINE is cut, visibly.
"""

from __future__ import annotations

from datetime import datetime

STDOUT, STDERR, REMARK = 1, 2, 3
MAX_LINE = 256 * 1024
#: Longer frames are passed on in pieces: an engine may claim 4 GiB.
MAX_FRAME = 64 * 1024
#: What of a log that is followed could not be passed on for so long is left out.
MAX_LATE_SECONDS = 5.0

_HEAD = 8
_ZEROS = b"\0\0\0"
_TIME = 30
_NEWLINE = 10
_CUT = " … [the rest of this line is left out: it is over 256 KiB]\n".encode()


class Malformed(Exception):
    """It is not a log in the engine's form."""


def frame(output: int, piece: bytes) -> bytes:
    return bytes((output, 0, 0, 0)) + len(piece).to_bytes(4, "big") + piece


class _Lines:
    """How long the line is that each output is in."""

    def __init__(self) -> None:
        self.lengths = [0, 0, 0, 0]

    def cut(self, output: int, piece: bytes) -> bytes:
        """The frame of a piece; empty where its line is too long already."""
        before = self.lengths[output]
        length = before + len(piece)
        self.lengths[output] = 0 if piece.endswith(b"\n") else length
        if length <= MAX_LINE:
            return frame(output, piece)
        return frame(output, _CUT) if before <= MAX_LINE else b""


class Multiplexed:
    """The log of a container without a terminal."""

    def __init__(self) -> None:
        self._lines = _Lines()
        self._rest = b""
        self._output = 0
        self._left = 0

    def feed(self, part: bytes) -> bytes:
        """The frames that are complete now. Raises Malformed."""
        data = self._rest + part
        size = len(data)
        out: list[bytes] = []
        at = kept = 0  # data[kept:at] goes on as it is
        lengths = self._lines.lengths
        while True:
            if self._left:
                piece = data[at : at + min(self._left, MAX_FRAME)]
                if not piece:
                    break
                self._left -= len(piece)
                at = kept = at + len(piece)
                out.append(self._lines.cut(self._output, piece))
                continue
            if size - at < _HEAD:
                break
            output = data[at]
            if output > REMARK or data[at + 1 : at + 4] != _ZEROS:
                raise Malformed(f"not a frame of a log: {data[at : at + _HEAD]!r}")
            length = int.from_bytes(data[at + 4 : at + _HEAD], "big")
            stop = at + _HEAD + length
            if length > MAX_FRAME:
                out.append(data[kept:at])
                at = kept = at + _HEAD
                self._output, self._left = output, length
            elif stop > size:
                break
            elif lengths[output] == 0 and data[stop - 1] == _NEWLINE:
                at = stop
            else:
                out += data[kept:at], self._lines.cut(output, data[at + _HEAD : stop])
                at = kept = stop
        out.append(data[kept:at])
        self._rest = data[at:]
        return b"".join(out)


class Terminal:
    """The log of a container with a terminal: bare bytes, all of them stdout."""

    def __init__(self) -> None:
        self._lines = _Lines()

    def feed(self, part: bytes) -> bytes:
        return b"".join(self._lines.cut(STDOUT, piece) for piece in _split(part))


class Lateness:
    """What lags behind is left out. `now`: Unix time; only differences count, so the engine may
    have a clock of its own."""

    def __init__(self) -> None:
        self._least = float("inf")

    def in_time(self, frames: bytes, now: float) -> bytes:
        """These frames without those at their beginning that came more than MAX_LATE_SECONDS
        ago."""
        at = 0
        while at < len(frames) and self._late(frames[at + _HEAD : at + _HEAD + _TIME], now):
            at += _HEAD + int.from_bytes(frames[at + 4 : at + _HEAD], "big")
        return frames[at:]

    def _late(self, time: bytes, now: float) -> bool:
        try:
            lag = now - datetime.fromisoformat(time.decode("ascii")).timestamp()
        except (ValueError, OverflowError, OSError):
            return False
        self._least = min(self._least, lag)
        return lag - self._least > MAX_LATE_SECONDS


def left_out(count: int) -> bytes:
    """The remark in the place of so many bytes."""
    text = f"… {count:,} bytes are left out here: they came faster than they could be read\n"
    return frame(REMARK, text.encode())


def _split(part: bytes) -> list[bytes]:
    """Lines with their newlines; splitlines would split at a lone carriage return too."""
    pieces = [piece + b"\n" for piece in part.split(b"\n")]
    pieces[-1] = pieces[-1][:-1]
    return [piece for piece in pieces if piece]
