import pytest

from promscope_wire.duration import duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("15s", 15), ("1m30s", 90), ("500ms", 0.5), ("1h", 3600), ("2m", 120)]
)
def test_duration(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "0s", "-1s", "1.5s", "s", "15 s", "1s1m"])
def test_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="15s"):
        duration(text)
