"""Who may return to a place."""

from __future__ import annotations

from promscope_api.graph.taken import Taken

CIRCLES = {"a": (0.0, 0.0, 10.0), "b": (5.0, 0.0, 10.0), "c": (100.0, 0.0, 10.0)}


def test_a_place_where_somebody_stands_is_taken() -> None:
    taken = Taken(CIRCLES, {"a"})
    assert not taken.settle("b")
    assert taken.settle("c")


def test_of_two_that_return_to_one_place_the_first_gets_it() -> None:
    taken = Taken(CIRCLES, ())
    assert taken.settle("b")
    assert not taken.settle("a")
