import struct

import hypothesis.strategies as st
from hypothesis import given

from promscope_exporter.sources.layout import Layouts, Template
from promscope_exporter.sources.netlink import HEADER, attribute, walk

BODY = HEADER.size


def message(*parts, kind=20):
    payload = b"".join(attribute(number, struct.pack("=I", value)) for number, value in parts)
    return HEADER.pack(BODY + len(payload), kind, 0, 1, 0) + payload


def describe(raw):
    parts = list(walk(raw, BODY, len(raw)))
    guards = [(0, "I"), (4, "H"), *((place.start - 4, "I") for _, place in parts)]
    places = dict(parts)
    if 1 not in places:
        return Template(raw, guards, None)
    extra = (places[2].start, "I") if 2 in places else None
    return Template(raw, guards, [(places[1].start, "I"), extra])


def read(*messages, layouts=None):
    raw = bytearray(b"".join(messages))
    return (layouts or Layouts(describe)).read(raw, len(raw))


def test_messages_of_one_layout():
    assert read(*(message((1, n), (2, 10 * n)) for n in range(5))) == [
        (n, 10 * n) for n in range(5)
    ]


def test_equal_length_is_not_equal_layout():
    one, other = message((1, 5), (2, 6)), message((2, 7), (1, 8))
    assert len(one) == len(other)
    assert read(one, other, one, other) == [(5, 6), (8, 7), (5, 6), (8, 7)]
    layouts = Layouts(describe)
    assert read(one, one, layouts=layouts) == [(5, 6), (5, 6)]
    assert read(other, other, one, layouts=layouts) == [(8, 7), (8, 7), (5, 6)]


def test_a_field_that_is_not_there_is_none():
    assert read(message((1, 5)), message((1, 6), (2, 7))) == [(5, None), (6, 7)]


def test_messages_without_a_row_hide_no_other():
    assert read(message((3, 1)), message((1, 5)), message((3, 2)), message((1, 6))) == [
        (5, None),
        (6, None),
    ]


def test_done_and_its_kin_are_no_rows():
    done = HEADER.pack(20, 3, 0, 1, 0) + bytes(4)
    assert read(message((1, 5)), done) == [(5, None)]
    assert read(done) == []


def test_nothing_before_a_malformed_message_is_lost():
    good = message((1, 5), (2, 6))
    for bad in (HEADER.pack(5, 20, 0, 1, 0), HEADER.pack(9999, 20, 0, 1, 0), b"\x01"):
        assert read(good, good, bad) == [(5, 6), (5, 6)]


def test_countless_layouts_are_not_all_remembered():
    layouts = Layouts(describe)
    for kind in range(4, 400):
        assert read(message((1, kind), (kind, 0)), layouts=layouts) == [(kind, None)]
    assert layouts._count <= 64


PART = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2**32 - 1)), min_size=1, max_size=4)


@given(st.lists(PART, max_size=20), st.lists(PART, max_size=20))
def test_any_mixture_is_read_as_if_message_by_message(first, second):
    layouts = Layouts(describe)
    for parts in (first, second):
        expected = [
            (dict(part)[1], dict(part).get(2)) for part in parts if any(n == 1 for n, _ in part)
        ]
        assert read(*(message(*part) for part in parts), layouts=layouts) == expected


@given(st.lists(PART, max_size=20))
def test_messages_that_came_one_by_one_are_read_by_their_length(parts):
    layouts = Layouts(describe)
    came = [message(*part) for part in parts]
    for _ in range(2):  # before the layouts are known and after
        assert sorted(map(str, layouts.each(came))) == sorted(map(str, read(*came)))


def test_a_malformed_message_hides_none_that_came_after_it():
    layouts = Layouts(describe)
    good, other = message((1, 5), (2, 6)), message((1, 7), (2, 8))
    bad = HEADER.pack(9999, 20, 0, 1, 0) + bytes(len(good) - HEADER.size)
    for _ in range(2):
        assert layouts.each([good, bad, b"", b"\x01", other]) == [(5, 6), (7, 8)]


@given(st.binary(max_size=400), st.integers(0, 3))
def test_noise_never_crashes(noise, good):
    rows = read(*[message((1, 5), (2, 6))] * good, noise)
    assert rows[:good] == [(5, 6)] * good
