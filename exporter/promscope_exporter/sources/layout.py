"""Reading many netlink messages of one layout at C speed, without trusting that they are.

The kernel writes the messages of a dump with the same attributes in the same order, so one
`struct` made from the first message reads them all. That is checked for every message, by its
length, its type and the header word of every attribute: equal length alone does not mean equal
layout. A message of another layout gets a template of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from promscope_exporter.sources.netlink import HEADER

#: A field or guard of a message: its offset and its `struct` code.
Field = tuple[int, str]
Row = tuple[Any, ...]

_MAX_TEMPLATES = 64


class Template:
    """Reads the messages that look like `message`.

    `guards` are the fields that must equal those of `message`; the values of `fields` make a
    row, None for a field that is None. `fields` None: messages of this layout have no row.
    """

    __slots__ = ("_expected", "_guard", "_struct", "_values", "size")

    def __init__(
        self, message: bytes, guards: Sequence[Field], fields: Sequence[Field | None] | None
    ) -> None:
        self.size = len(message)
        wanted = sorted({*guards, *(field for field in fields or () if field)})
        text, at = "=", 0
        for offset, code in wanted:
            text += f"{offset - at}x{code}"
            at = offset + struct.calcsize(f"={code}")
        self._struct = struct.Struct(f"{text}{self.size - at}x")
        place = {field: index for index, field in enumerate(wanted)}
        self._guard = itemgetter(*(place[guard] for guard in guards))
        self._expected = self._guard(self._struct.unpack(message))
        self._values = None if fields is None else _picker(fields, place)

    def matches(self, buffer: bytes | bytearray, start: int) -> Row | None:
        """The raw values of the message at `start`, None if it has another layout."""
        raw = self._struct.unpack_from(buffer, start)
        return raw if self._guard(raw) == self._expected else None

    def row(self, raw: Row) -> Row | None:
        return None if self._values is None else self._values(raw)

    def rows(self, buffer: bytes | bytearray, size: int) -> list[Row] | None:
        """All rows of a part that holds nothing but messages of this layout, else None."""
        values = self._values
        if values is None or size % self.size:
            return None
        guard, expected = self._guard, self._expected
        raws = self._struct.iter_unpack(memoryview(buffer)[:size])
        rows = [values(raw) for raw in raws if guard(raw) == expected]
        return rows if len(rows) * self.size == size else None


def _picker(fields: Sequence[Field | None], place: dict[Field, int]) -> Callable[[Row], Row]:
    if None not in fields:
        return itemgetter(*(place[field] for field in fields if field))
    absent = len(place)
    pick = itemgetter(*(place[field] if field else absent for field in fields))
    return lambda raw: pick((*raw, None))


class Layouts:
    """The templates met so far. `describe` makes one from a message; it must have all
    attribute headers among its guards."""

    def __init__(self, describe: Callable[[bytes], Template]) -> None:
        self._describe = describe
        self._templates: dict[int, list[Template]] = {}
        self._count = 0
        self._last: Template | None = None

    def read(self, buffer: bytes | bytearray, size: int) -> list[Row]:
        """The rows of a part of an answer, in order. Malformed messages end it early; nothing
        before them is lost."""
        if self._last is not None:
            rows = self._last.rows(buffer, size)
            if rows is not None:
                return rows
        found = []
        start = 0
        while start + HEADER.size <= size:
            length, kind = struct.unpack_from("=IH", buffer, start)
            if length < HEADER.size or start + length > size:
                break
            if kind >= 16:
                row = self._row(buffer, start, length)
                if row is not None:
                    found.append(row)
            start += (length + 3) & ~3
        return found

    def each(self, messages: Iterable[bytes]) -> list[Row]:
        """The rows of messages that came one by one, those of one length together, else in
        order. A malformed message hides no other."""
        alike: dict[int, list[bytes]] = {}
        for message in messages:
            alike.setdefault(len(message), []).append(message)
        found: list[Row] = []
        for length, several in alike.items():
            templates = self._templates.get(length)
            together = (
                templates[0].rows(b"".join(several), length * len(several)) if templates else None
            )
            if together is None:
                together = [row for one in several for row in self.read(one, length)]
            found += together
        return found

    def _row(self, buffer: bytes | bytearray, start: int, length: int) -> Row | None:
        templates = self._templates.setdefault(length, [])
        for template in templates:
            raw = template.matches(buffer, start)
            if raw is not None:
                break
        else:
            template = self._describe(bytes(buffer[start : start + length]))
            raw = template.matches(buffer, start)
            if self._count >= _MAX_TEMPLATES:  # no kernel writes so many: start over
                self._templates.clear()
                self._count = 0
                templates = self._templates.setdefault(length, [])
            templates.insert(0, template)
            self._count += 1
        self._last = template
        return None if raw is None else template.row(raw)
