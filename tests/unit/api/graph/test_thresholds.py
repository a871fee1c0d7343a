"""How thresholds are written."""

from __future__ import annotations

import math

import pytest

from promscope_api.graph.thresholds import count, share


def test_shares_and_counts() -> None:
    assert share("90%") == 0.9
    assert share("102.5%") == 1.025
    assert count("5") == 5.0
    assert share("never") == count("never") == math.inf


@pytest.mark.parametrize("text", ["", "90", "0%", "-1%", "1e3%", "٣%", "nan%", "sometimes"])
def test_other_shares_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="90%"):
        share(text)


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "٣", "1" * 9])
def test_other_counts_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="such as 5"):
        count(text)
