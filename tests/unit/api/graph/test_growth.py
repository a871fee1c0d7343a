"""Bubbles that grow: towards free space, and whoever is smaller gives way."""

from __future__ import annotations

import math

from promscope_api.graph.growth import TOP, Growth, within
from promscope_api.graph.places import Circle, Places


def growth(**circles: Circle) -> tuple[Places, Growth]:
    """Groups on the outermost level; each has as many nodes as its name has letters."""
    places = Places()
    inside = {TOP: list(circles)}
    for group, circle in circles.items():
        places.put(group, TOP, circle)
        inside[group] = [f"{group}-{n}" for n in range(len(group))]
    return places, Growth(places, inside, circles.keys())


def test_a_full_group_grows_to_the_free_side() -> None:
    _, grown = growth(one=(0.0, 0.0, 50.0), two=(90.0, 0.0, 40.0))
    x, y, radius = grown.enlarged("one", (0.0, 0.0, 50.0), 20.0)
    assert radius == 70.0
    assert math.hypot(x - 90.0, y) >= 70.0 + 40.0 - 1e-6


def test_the_lighter_one_gives_way() -> None:
    places, grown = growth(a=(0.0, 0.0, 50.0), heavier=(90.0, 0.0, 40.0))
    grown.grow("a", TOP, (0.0, 0.0, 60.0))
    assert places.at["heavier"].circle == (90.0, 0.0, 40.0)
    a = places.at["a"]
    assert a.radius == 60.0
    assert math.hypot(a.x - 90.0, a.y) >= 100.0


def test_one_with_more_in_it_pushes() -> None:
    places, grown = growth(heavier=(0.0, 0.0, 50.0), b=(90.0, 0.0, 40.0))
    grown.grow("heavier", TOP, (0.0, 0.0, 60.0))
    assert places.at["heavier"].circle == (0.0, 0.0, 60.0)
    b = places.at["b"]
    assert math.hypot(b.x, b.y) >= 100.0 - 1e-3


def test_contents_keep_away_from_the_rim() -> None:
    assert within((1.0, 2.0, 50.0)) == (1.0, 2.0, 41.0)
