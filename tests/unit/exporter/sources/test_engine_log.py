"""The engine's log: whole frames whatever the pieces, cut where it is too long or too late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_exporter.sources.engine_log import (
    MAX_FRAME,
    MAX_LINE,
    REMARK,
    STDERR,
    STDOUT,
    Lateness,
    Malformed,
    Multiplexed,
    Terminal,
    frame,
    left_out,
)


def frames(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    while data:
        length = int.from_bytes(data[4:8], "big")
        assert data[1:4] == b"\0\0\0"
        assert len(data) >= 8 + length
        found.append((data[0], data[8 : 8 + length]))
        data = data[8 + length :]
    return found


pieces = st.lists(
    st.tuples(st.sampled_from([STDOUT, STDERR]), st.binary(min_size=1, max_size=300)), max_size=8
)


@given(pieces, st.integers(1, 50))
def test_frames_pass_unchanged_however_they_are_cut_up(
    log: list[tuple[int, bytes]], step: int
) -> None:
    data = b"".join(frame(*one) for one in log)
    cutter = Multiplexed()
    parts = [cutter.feed(data[at : at + step]) for at in range(0, len(data), step)]
    assert all(frames(part) is not None for part in parts)
    assert frames(b"".join(parts)) == log


@given(st.binary(), st.integers(1, 20))
def test_l2_any_bytes_give_frames_or_are_refused(data: bytes, step: int) -> None:
    cutter = Multiplexed()
    try:
        for at in range(0, len(data), step):
            frames(cutter.feed(data[at : at + step]))
    except Malformed:
        pass


@pytest.mark.parametrize("size", [16 * 1024, MAX_FRAME, MAX_FRAME + 1, 3_000_000])
def test_l2_a_line_without_an_end_is_cut_and_the_next_one_is_whole(size: int) -> None:
    cutter = Multiplexed()
    out = b""
    for _ in range(0, 4_000_000, size):
        out += cutter.feed(frame(STDOUT, b"x" * size))
    out += cutter.feed(frame(STDERR, b"other\n"))
    out += cutter.feed(frame(STDOUT, b"end\n") + frame(STDOUT, b"next\n"))
    found = frames(out)
    assert len(out) < MAX_LINE + 3 * MAX_FRAME
    assert found[-2:] == [(STDERR, b"other\n"), (STDOUT, b"next\n")]
    assert b"left out" in found[-3][1]


def test_l2_a_frame_that_claims_four_gigabytes_is_passed_on_in_pieces() -> None:
    cutter = Multiplexed()
    out = cutter.feed(b"\1\0\0\0\xff\xff\xff\xff" + b"x" * 100)
    assert frames(out) == [(STDOUT, b"x" * 100)]
    for _ in range(100):
        out += cutter.feed(b"y" * MAX_FRAME)
    assert len(out) < MAX_LINE + 3 * MAX_FRAME


def test_l2_bytes_of_a_terminal_are_no_frames() -> None:
    with pytest.raises(Malformed):
        Multiplexed().feed(b"2026-11-30T12:00:00Z hello\n")


def test_what_a_terminal_wrote_becomes_frames_of_stdout() -> None:
    cutter = Terminal()
    assert frames(cutter.feed(b"a\r\nb\rc")) == [(STDOUT, b"a\r\n"), (STDOUT, b"b\rc")]
    assert frames(cutter.feed(b"d\n")) == [(STDOUT, b"d\n")]
    out = b"".join(cutter.feed(b"x" * 10_000) for _ in range(100))
    assert len(out) < MAX_LINE + 20_000


def at(second: int) -> bytes:
    return frame(STDOUT, f"2026-11-30T12:00:{second:02}.000000000Z text\n".encode())


@pytest.mark.parametrize("skew", [1796040000.0, 5.0])
def test_l3_what_lags_behind_is_left_out_whatever_the_clock_says(skew: float) -> None:
    lateness = Lateness()
    assert lateness.in_time(at(0), skew + 0) == at(0)
    assert lateness.in_time(at(1), skew + 5) == at(1)
    assert lateness.in_time(at(1) + at(2) + at(7) + at(7), skew + 8) == at(7) + at(7)
    assert lateness.in_time(at(1), skew + 8) == b""


def test_the_past_is_not_late() -> None:
    lateness = Lateness()
    assert all(lateness.in_time(at(second), 1e9) for second in range(60))
    for text in (b"no time\n", b"\xff" * 40, b""):
        assert lateness.in_time(frame(STDOUT, text), 1e9) == frame(STDOUT, text)


def test_what_is_left_out_is_said() -> None:
    [(output, text)] = frames(left_out(1234567))
    assert output == REMARK
    assert "1,234,567 bytes are left out" in text.decode()
