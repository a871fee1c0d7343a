"""Frames of a log → lines, and lines that no terminal obeys."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_api.control.log_lines import MAX_LINE, LogLine, LogLines, MalformedLog, harmless
from promscope_exporter.sources.engine_log import REMARK, STDERR, STDOUT, frame

AT = "2026-11-30T12:00:00.123456789Z"


def line(text: bytes, output: int = STDOUT) -> bytes:
    return frame(output, f"{AT} ".encode() + text)


@given(st.integers(1, 40))
def test_lines_come_whole_however_the_bytes_come(step: int) -> None:
    data = (
        line(b"one\n") + line(b"begin ") + line(b"other\n", STDERR) + line(b"end\n")
        + frame(REMARK, b"cut\n") + line(b"\xff no end", STDERR)
    )  # fmt: skip
    decoder = LogLines()
    found = [one for at in range(0, len(data), step) for one in decoder.feed(data[at : at + step])]
    assert [*found, *decoder.finish()] == [
        LogLine(AT, "stdout", "one"),
        LogLine(AT, "stderr", "other"),
        LogLine(AT, "stdout", "begin end"),
        LogLine("", "promscope", "cut"),
        LogLine(AT, "stderr", "\ufffd no end"),
    ]


@given(st.binary())
def test_l2_any_bytes_are_lines_or_refused(data: bytes) -> None:
    with contextlib.suppress(MalformedLog):
        list(LogLines().feed(data))


def test_l2_a_line_without_end_is_bounded() -> None:
    decoder = LogLines()
    for _ in range(100):
        assert not list(decoder.feed(frame(STDOUT, b"x" * 60_000)))
    [found] = decoder.feed(frame(STDOUT, b"\n"))
    assert len(found.text) <= MAX_LINE


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[H\x1b[?1049h", ""),
        ("\x1b]0;title\x07a", "a"),
        ("\x1b]52;c;cm0gLXJm\x1b\\b", "b"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r\x1b\\d", "d"),
        ("\x9b6nquery", "query"),
        ("\x1b[c\x1bc", ""),
        ("a\x08b\x00", "a\ufffdb\ufffd"),
        ("a\u202eb\u2066", "a\ufffdb\ufffd"),
        ("tab\tstays\r", "tab\tstays"),
        ("over\rwritten", "over\ufffdwritten"),
    ],
)
def test_l1_no_terminal_obeys_a_line(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(st.text())
def test_l1_nothing_that_controls_is_left(text: str) -> None:
    assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]", harmless(text))
