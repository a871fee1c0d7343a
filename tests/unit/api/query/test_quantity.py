"""Numbers with units."""

from __future__ import annotations

import pytest

from promscope_api.query.quantity import Unit, quantity


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("10mb", "bytes", 10e6),
        ("10 MiB", "bytes", 10 * 2**20),
        (".5k", "bytes", 500.0),
        ("1gb/s", "bytes_per_second", 1e9),
        ("1kib", "bytes_per_second", 1024.0),
        ("250m", "cores", 0.25),
        ("2 cores", "cores", 2.0),
        ("-1", "count", -1.0),
        ("2k", "count", 2000.0),
    ],
)
def test_units(text: str, unit: Unit, number: float) -> None:
    assert quantity(text, unit, share=False) == (pytest.approx(number), False)


def test_per_cent_only_where_there_is_a_whole() -> None:
    assert quantity("40%", "cores", share=True) == (40.0, True)
    with pytest.raises(ValueError, match="no such number"):
        quantity("40%", "count", share=False)


@pytest.mark.parametrize("text", ["", "x", "1e5", "1mb/h", "٣", "1" * 30, "nan", "inf", "1 2"])
def test_what_is_no_number_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="10mb"):
        quantity(text, "bytes", share=True)
