from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.store import pins as module
from promscope_api.store.pins import Pins, TooManyPins
from promscope_api.store.store import Store


@pytest.fixture
def pins(tmp_path: Path) -> Iterator[Pins]:
    with Store.open(tmp_path) as store:
        yield Pins(store)


def test_a_pin_is_of_one_view_and_moves(pins: Pins) -> None:
    pins.put("hosts", "host:a", (1, 2))
    pins.put("hosts", "host:a", (3, -4.5))
    pins.put("containers", "host:a", (5, 6))
    assert pins.all() == {"hosts": {"host:a": (3, -4.5)}, "containers": {"host:a": (5, 6)}}
    assert pins.of("hosts") == {"host:a": (3, -4.5)}
    assert pins.of("peers") == {}


def test_a_pin_is_taken_away_once(pins: Pins) -> None:
    pins.put("hosts", "host:a", (1, 2))
    assert pins.remove("containers", ["host:a"]) == 0
    assert pins.remove("hosts", ["host:a", "host:b"]) == 1
    assert pins.remove("hosts", ["host:a"]) == 0
    assert pins.all() == {}


def test_a_full_view_takes_no_more_but_its_pins_still_move(
    pins: Pins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_PER_VIEW", 2)
    for node in ("a", "b"):
        pins.put("hosts", node, (0, 0))
    with pytest.raises(TooManyPins):
        pins.put("hosts", "c", (0, 0))
    pins.put("hosts", "b", (9, 9))
    pins.put("containers", "c", (0, 0))
    assert pins.of("hosts") == {"a": (0, 0), "b": (9, 9)}
