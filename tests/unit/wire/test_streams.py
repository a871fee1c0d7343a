"""The codec of streams, and the accounts of both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_wire import frames, streams
from promscope_wire.problem import InvalidFrame, Problem
from promscope_wire.streams import MAX_DATA, Giver, Taker, pack, unpack

numbers = st.integers(1, 2**32 - 1)
text = st.text(max_size=40)


@given(numbers, st.binary(min_size=1, max_size=MAX_DATA))
def test_bytes_arrive_as_they_were(number: int, data: bytes) -> None:
    assert unpack(pack(number, data)) == (number, data)


@pytest.mark.parametrize(
    "message",
    [b"", b"\0\0\0\1", b"\0\0\0\0data", b"\1", b"\0\0\0\1" + b"x" * (MAX_DATA + 1)],
)
def test_what_carries_no_data_is_refused(message: bytes) -> None:
    with pytest.raises(InvalidFrame):
        unpack(message)


@given(st.binary())
def test_any_message_is_data_or_refused(message: bytes) -> None:
    try:
        number, data = unpack(message)
    except InvalidFrame:
        return
    assert pack(number, data) == message


ends = st.builds(
    streams.End,
    numbers,
    st.none() | st.builds(Problem, text, text, text),
    st.dictionaries(text, st.integers(0, 2**63 - 1), max_size=3),
)


@given(st.builds(streams.Credit, numbers, st.integers(0, 2**26)) | ends)
def test_both_sides_say_credit_and_end(frame: streams.Credit | streams.End) -> None:
    assert frames.decode_from_api(frames.encode(frame)) == frame
    assert frames.decode_from_probe(frames.encode(frame)) == frame


@given(
    st.builds(
        streams.Open, numbers, st.sampled_from(["logs", "exec"]), text, text,
        st.integers(0, 2**26), st.dictionaries(text, text, max_size=3),
    )
    | st.builds(streams.Resize, numbers, st.integers(1, 1000), st.integers(1, 1000))
)  # fmt: skip
def test_only_the_api_opens(frame: streams.Open | streams.Resize) -> None:
    assert frames.decode_from_api(frames.encode(frame)) == frame
    assert frames.decode_from_probe(frames.encode(frame)) is None


@pytest.mark.parametrize("size", [0, -1, 1001, 65536, 2**63])
def test_e2_a_size_that_no_terminal_has_is_refused(size: int) -> None:
    with pytest.raises(InvalidFrame):
        frames.decode_from_api(f'{{"type":"resize","stream":1,"columns":80,"rows":{size}}}')


def test_numbers_that_are_none_are_refused() -> None:
    for number in (0, -1, 2**32):
        with pytest.raises(InvalidFrame):
            frames.decode_from_probe(f'{{"type":"end","stream":{number}}}')


@given(st.integers(1, 5000), st.lists(st.integers(1, 3000), max_size=60))
def test_no_more_is_ever_on_its_way_than_the_window(window: int, wanted: list[int]) -> None:
    """Whatever is sent and used in whichever order, nothing gets stuck either."""
    giver, taker = Giver(window), Taker(window)
    waiting = 0
    for count in wanted:
        granted = taker.take(count)
        assert granted or waiting, "stuck: nothing is on its way and there is no credit"
        giver.arrived(granted)
        waiting += granted
        assert waiting <= window
        if count % 3 or not granted:
            taker.more(giver.used(waiting))
            waiting = 0
    taker.more(giver.used(waiting))
    assert taker.take(1) == 1


@given(st.integers(0, 5000), st.integers(1, 5000))
def test_l3_who_sends_without_credit_is_refused(window: int, more: int) -> None:
    giver = Giver(window)
    giver.arrived(window)
    with pytest.raises(InvalidFrame):
        giver.arrived(more)


def test_credit_has_an_end() -> None:
    taker = Taker()
    taker.more(2**26)
    with pytest.raises(InvalidFrame):
        taker.more(1)
