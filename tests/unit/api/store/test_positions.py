from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.store.positions import Position, Positions
from promscope_api.store.store import Store


@pytest.fixture
def positions(tmp_path: Path) -> Iterator[Positions]:
    with Store.open(tmp_path) as store:
        yield Positions(store)


def test_what_was_saved_is_loaded_for_its_view_alone(positions: Positions) -> None:
    places = {("", "host:a"): Position(1.5, -2.0), ("host:a", "container:b"): Position(0, 0, 3.0)}
    positions.write("containers", places)
    assert positions.load("containers") == places
    assert positions.load("hosts") == {}
    assert positions.versions() == {"containers": 1}


def test_a_node_moves(positions: Positions) -> None:
    positions.write("hosts", {("", "a"): Position(1, 1), ("", "b"): Position(2, 2)})
    positions.write("hosts", {("", "a"): Position(9, 9, 4.0)})
    assert positions.load("hosts") == {("", "a"): Position(9, 9, 4.0), ("", "b"): Position(2, 2)}


def test_a_node_that_is_gone_is_forgotten(positions: Positions) -> None:
    positions.write("hosts", {("", "a"): Position(1, 1), ("g", "a"): Position(2, 2)})
    positions.write("hosts", {}, [("", "a"), ("", "never")])
    assert positions.load("hosts") == {("g", "a"): Position(2, 2)}


def test_a_large_map_is_saved_and_forgotten_whole(positions: Positions) -> None:
    many = {("g", f"n{number}"): Position(number, 0) for number in range(25_000)}
    positions.write("containers", many)
    assert len(positions.load("containers")) == 25_000
    positions.write("containers", {}, list(many))
    assert positions.load("containers") == {}


def test_nothing_to_do_is_done(positions: Positions) -> None:
    positions.write("hosts", {})
    assert positions.load("hosts") == {}


def test_every_write_is_a_new_version_of_its_view(positions: Positions) -> None:
    place = {("", "a"): Position(1, 1)}
    assert [positions.write(view, place) for view in ("hosts", "peers", "hosts")] == [1, 1, 2]
    assert positions.versions() == {"hosts": 2, "peers": 1}
    assert positions.write("hosts", place, [("", "a")]) == 3
    assert positions.load("hosts") == place
