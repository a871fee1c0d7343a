"""Entries of a listing over the wire."""

from __future__ import annotations

import msgspec
import pytest

from promscope_wire.files import FileEntry


def test_an_entry_is_one_object_without_what_is_not_known() -> None:
    entry = FileEntry("a\nb", "link", target="../etc")
    line = msgspec.json.encode(entry)
    assert line == b'{"name":"a\\\\nb","kind":"link","target":"../etc"}'.replace(b"\\\\", b"\\")
    assert msgspec.json.decode(line, type=FileEntry) == entry


@pytest.mark.parametrize(
    "line", [b'{"name":"a"}', b'{"name":"a","kind":"x"}', b'{"name":1,"kind":"file"}']
)
def test_what_is_no_entry_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(line, type=FileEntry)
