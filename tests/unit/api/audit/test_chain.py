"""The chain itself, without files."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_api.audit.chain import GENESIS, Broken, Head, after, read, seal

START = Head("api-1", 0, GENESIS)
FIELDS = st.dictionaries(
    st.text(min_size=1).map("x.".__add__),
    st.text() | st.lists(st.text()) | st.integers(),
    max_size=5,
)


@given(st.lists(FIELDS, max_size=5))
def test_whatever_is_recorded_follows_and_reads_back_from_one_line(
    records: list[dict[str, object]],
) -> None:
    head = checked = START
    for fields in records:
        line, head = seal(fields, head)
        assert line.count(b"\n") == 1
        assert line.endswith(b"\n")
        checked = after(line, checked)
        found, _ = read(line)
        assert {key: found[key] for key in fields} == fields
    assert checked == head
    assert head.sequence == len(records)


@given(FIELDS, st.data())
def test_no_byte_can_be_changed(fields: dict[str, object], data: st.DataObject) -> None:
    line, _ = seal(fields, START)
    at = data.draw(st.integers(0, len(line) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != line[at]))
    with pytest.raises(Broken):
        after(line[:at] + bytes([byte]) + line[at + 1 :], START)


def test_a_line_is_plain_json() -> None:
    line, head = seal({"event.action": "x"}, START)
    assert json.loads(line)["promscope.chain.hash"] == head.hash


def test_a_record_belongs_to_its_place() -> None:
    first, one = seal({"n": 1}, START)
    second, two = seal({"n": 2}, one)
    with pytest.raises(Broken, match="record 1 is missing: here is 2"):
        after(second, START)
    with pytest.raises(Broken, match="another chain"):
        after(first, Head("api-2", 0, GENESIS))
    with pytest.raises(Broken, match="record before it"):
        after(second, Head("api-1", 1, "f" * 64))
    assert after(second, one) == two


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"\n", b"[]\n", b'{"a":1}\n', b"\xff\xfe", b"null", b"[" * 100_000]
)
def test_what_is_no_record_is_broken(line: bytes) -> None:
    with pytest.raises(Broken):
        read(line)


def test_an_object_with_a_right_hash_but_no_place_is_broken() -> None:
    body = b'{"a":1}'
    digest = hashlib.sha256(body).hexdigest()
    with pytest.raises(Broken, match="not a record"):
        read(body[:-1] + f',"promscope.chain.hash":"{digest}"}}'.encode())
