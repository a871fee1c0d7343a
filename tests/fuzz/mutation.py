"""Valid input, spoilt: the changes that parsers of text, numbers and binary records fear."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

MAX_BYTES = 1 << 16

_NUMBER = re.compile(rb"[0-9]+")
_WORD = re.compile(rb"[^\s:=,\"]+")
_NUMBERS = (
    b"0", b"-0", b"-1", b"+1", b"1_0", b"", b" ", b"nan", b"inf", b"1e309", b"0x10", b"3.5",
    b"9" * 19, b"18446744073709551615", b"18446744073709551616", b"9" * 400, b"9" * 5000,
    "٣".encode(), b"\xb2", b"00000000000000000000001",
)  # fmt: skip
_WORDS = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\r", b"\n", b"\n\n", b"\t", b":", b"=", b"(",
    b")", b") (", b"/..", b"/../../etc", b"..", b"\\", b"\\777", b"\\040", b'"', b"{}", b"[]",
    b"null", b"\xe2\x80\xa8", b"\xc2\x85", b"cpu", b"a" * 4200, b"/" * 300, b"total=", b"# EOF",
)  # fmt: skip
_INTEGERS = (0, 1, 3, 4, 15, 16, 17, 19, 20, 21, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF)


class Mutator:
    """Spoils inputs with the randomness it is given: equal seeds give equal inputs."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self._ways: Sequence[Callable[[bytearray], None]] = (
            self._flip, self._integer, self._number, self._number, self._word, self._drop,
            self._repeat, self._cut, self._insert, self._swap_lines,
        )  # fmt: skip

    def spoil(self, data: bytes, other: bytes) -> bytes:
        """One to six changes; sometimes the end of `other` behind the beginning of `data`."""
        spoilt = bytearray(data)
        if self.random.random() < 0.1:
            spoilt[self._place(spoilt) :] = other[self._place(other) :]
        for _ in range(self.random.choice((1, 1, 2, 3, 6))):
            self.random.choice(self._ways)(spoilt)
        return bytes(spoilt[:MAX_BYTES])

    def _place(self, data: bytes | bytearray) -> int:
        return self.random.randrange(len(data) + 1)

    def _span(self, data: bytearray) -> slice:
        start = self._place(data)
        return slice(start, start + self.random.choice((1, 2, 4, 16, 100)))

    def _flip(self, data: bytearray) -> None:
        if data:
            data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)

    def _integer(self, data: bytearray) -> None:
        size = self.random.choice((1, 2, 4))
        # fields of binary records lie at even places
        at = self._place(data) & ~1
        value = self.random.choice(_INTEGERS) & ((1 << 8 * size) - 1)
        data[at : at + size] = value.to_bytes(size, "little")

    def _number(self, data: bytearray) -> None:
        self._replace(data, _NUMBER, _NUMBERS)

    def _word(self, data: bytearray) -> None:
        self._replace(data, _WORD, _WORDS)

    def _replace(self, data: bytearray, what: re.Pattern[bytes], values: Sequence[bytes]) -> None:
        found = what.search(data, self._place(data))
        if found:
            data[found.start() : found.end()] = self.random.choice(values)

    def _drop(self, data: bytearray) -> None:
        del data[self._span(data)]

    def _repeat(self, data: bytearray) -> None:
        span = self._span(data)
        data[span.start : span.start] = data[span] * self.random.choice((1, 2, 50))

    def _cut(self, data: bytearray) -> None:
        del data[self._place(data) :]

    def _insert(self, data: bytearray) -> None:
        at = self._place(data)
        data[at:at] = self.random.choice((*_WORDS, self.random.randbytes(8)))

    def _swap_lines(self, data: bytearray) -> None:
        lines = data.split(b"\n")
        self.random.shuffle(lines)
        data[:] = b"\n".join(lines)
