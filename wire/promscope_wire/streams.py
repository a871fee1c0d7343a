"""Streams of bytes on the tunnel: many at once, none of which can hold up another; sans I/O.

The API opens a stream (`Open`), the probe says that it stands (`Opened`) or why it does not
(`End`). Bytes travel in binary messages: the stream's number in 4 bytes, big-endian, and then at
most 64 KiB. Each side sends only what the other gave it credit for: the first credit is in `Open`
and `Opened`, more comes with `Credit` as the bytes are used. So what waits for a slow reader
never exceeds the window it gave. `End` of either side is the last word on a stream: done, or the
problem it broke with. Numbers grow and are never used again on one tunnel.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from promscope_wire.problem import Count, InvalidFrame, Problem

#: The version of streams that this side speaks; 0 is a side that has none.
STREAMS = 1
MAX_DATA = 64 * 1024
MAX_STREAMS = 128

_NUMBER_BYTES = 4
_MAX_CREDIT = 64 * 1024 * 1024

Number = Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)]
#: Bytes that may be on their way.
Bytes = Annotated[int, msgspec.Meta(ge=0, le=_MAX_CREDIT)]
Size = Annotated[int, msgspec.Meta(ge=1, le=1000)]

StreamKind = Literal["logs", "exec", "files"]


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Open `kind` of `node`. `credit`: so much the probe may send at first."""

    stream: Number
    kind: StreamKind
    node: str
    operation_id: str
    credit: Bytes
    parameters: dict[str, Any] = {}


class Opened(msgspec.Struct, frozen=True, omit_defaults=True, tag="opened"):
    """It stands. `credit`: so much the API may send at first; `details`: what was chosen."""

    stream: Number
    credit: Bytes = 0
    details: dict[str, Any] = {}


class Credit(msgspec.Struct, frozen=True, tag="credit"):
    """So many bytes more may be sent."""

    stream: Number
    bytes: Bytes


class Resize(msgspec.Struct, frozen=True, tag="resize"):
    """The terminal of the stream has this size now."""

    stream: Number
    columns: Size
    rows: Size


class End(msgspec.Struct, frozen=True, omit_defaults=True, tag="end"):
    """Nothing follows, and nothing is wanted any more. Without a problem all was sent;
    `details`: how it ended, such as `exit_code`."""

    stream: Number
    problem: Problem | None = None
    details: dict[str, Count] = {}


def pack(stream: int, data: bytes) -> bytes:
    """The binary message with some bytes of a stream."""
    return stream.to_bytes(_NUMBER_BYTES, "big") + data


def unpack(message: bytes) -> tuple[int, bytes]:
    """The stream's number and the bytes. Raises InvalidFrame."""
    number = int.from_bytes(message[:_NUMBER_BYTES], "big")
    length = len(message) - _NUMBER_BYTES
    if not number or not 0 < length <= MAX_DATA:
        raise InvalidFrame(f"a message of {len(message)} bytes carries no data of a stream")
    return number, message[_NUMBER_BYTES:]


class Giver:
    """The receiving side's account: what the peer may still send. `window`: in bytes."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._open = window
        self._used = 0

    def arrived(self, count: int) -> None:
        """Raises InvalidFrame for a peer that sends without credit."""
        if count > self._open:
            raise InvalidFrame("more bytes of a stream than there was credit for")
        self._open -= count

    def used(self, count: int) -> int:
        """So many bytes were passed on: the credit to give now, which is often 0: it is given in
        halves of the window."""
        self._used += count
        if self._used * 2 < self._window:
            return 0
        given, self._used = self._used, 0
        self._open += given
        return given


class Taker:
    """The sending side's account: what may still be sent."""

    def __init__(self, credit: int = 0) -> None:
        self.credit = credit

    def more(self, count: int) -> None:
        """Raises InvalidFrame for credit beyond all measure."""
        if self.credit + count > _MAX_CREDIT:
            raise InvalidFrame("credit beyond all measure")
        self.credit += count

    def take(self, wanted: int) -> int:
        """How many of the wanted bytes may be sent in one message now."""
        granted = min(wanted, self.credit, MAX_DATA)
        self.credit -= granted
        return granted
