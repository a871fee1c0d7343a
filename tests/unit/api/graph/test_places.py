"""Who is where: put, moved with all that is inside, kept for a day."""

from __future__ import annotations

from promscope_api.graph.channel import Place
from promscope_api.graph.places import KEEP_SECONDS, Places


def test_what_is_inside_moves_along() -> None:
    places = Places()
    places.put("group", "", (0.0, 0.0, 50.0))
    places.put("node", "group", (10.0, 0.0, 5.0))
    places.move("group", "", (0.0, 0.0, 50.0), (100.0, 7.0))
    assert places.at == {
        "group": Place("", 100.0, 7.0, 50.0),
        "node": Place("group", 110.0, 7.0, 5.0),
    }
    assert places.moves == 4


def test_what_moved_and_what_is_gone_is_told_once() -> None:
    places = Places()
    places.put("a", "", (0.0, 0.0, 5.0))
    places.put("b", "", (20.0, 0.0, 5.0))
    places.forget("b")
    assert places.drain() == ({"a": Place("", 0.0, 0.0, 5.0)}, ["b"])
    assert places.drain() == ({}, [])


def test_saved_places_do_not_take_those_of_who_is_there() -> None:
    places = Places()
    places.put("a", "", (0.0, 0.0, 5.0))
    saved = {"a": Place("", 9.0, 9.0, 5.0), "b": Place("", 20.0, 0.0, 5.0)}
    assert places.restore(saved, 0.0)
    assert places.at["a"].x == 0.0
    assert places.left == {"b": 0.0}
    assert not places.restore(saved, 0.0)


def test_places_are_kept_for_a_day() -> None:
    places = Places()
    places.put("a", "", (0.0, 0.0, 5.0))
    assert places.retire({"a"}, 0.0) == []
    assert places.retire((), 1.0) == []
    assert places.retire((), KEEP_SECONDS) == []
    assert places.retire((), KEEP_SECONDS + 2.0) == ["a"]
