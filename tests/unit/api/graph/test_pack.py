"""Circles: apart from each other, near what they are connected with, always the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promscope_api.graph import pack

_radii = st.lists(st.floats(2, 60), min_size=1, max_size=30)


def least_gap(points: pack.Points, radii: list[float]) -> float:
    gaps = [
        math.dist(points[a], points[b]) - radii[a] - radii[b]
        for a in range(len(radii))
        for b in range(a)
    ]
    return min(gaps, default=math.inf)


@given(_radii)
@settings(max_examples=60, deadline=None)
def test_arranged_circles_never_overlap(radii: list[float]) -> None:
    springs = [(n, n // 2, 1.0) for n in range(1, len(radii))]
    points, _ = pack.arrange(radii, springs, 6.0)
    assert least_gap(points, radii) > 5.9


@pytest.mark.parametrize("count", [pack.FORCED, pack.FORCED + 1, 1500])
def test_many_circles_never_overlap(count: int) -> None:
    radii = [10.0] * count
    points, _ = pack.arrange(radii, [(0, n, 1.0) for n in range(1, count)], 5.0)
    assert least_gap(points[:400], radii[:400]) > 4.9


def test_arrangement_is_deterministic() -> None:
    radii = [5.0, 9.0, 12.0, 7.0, 20.0]
    springs = [(0, 1, 2.0), (1, 2, 1.0), (3, 4, 1.0)]
    points, radius = pack.arrange(radii, springs, 4.0)
    points += 100.0
    again, same = pack.arrange(radii, springs, 4.0)
    pack._arranged.cache_clear()
    assert (pack.arrange(radii, springs, 4.0)[0] == again).all()
    assert radius == same
    assert np.allclose(again, points - 100.0)


def test_connected_circles_are_nearer_than_others() -> None:
    count = 24
    springs = [(n, n + 12, 1.0) for n in range(12)]
    points, _ = pack.arrange([10.0] * count, springs, 6.0)
    pairs = [math.dist(points[a], points[b]) for a, b, _ in springs]
    others = [math.dist(points[a], points[(b + 5) % count]) for a, b, _ in springs]
    assert np.mean(pairs) < 0.6 * np.mean(others)


def test_outermost_level_is_wider_than_high() -> None:
    points, _ = pack.arrange([20.0] * 40, [], 10.0, pack.ASPECT)
    width, height = points.max(axis=0) - points.min(axis=0)
    assert 1.2 < (width + 40) / (height + 40) < 2.1


def test_nothing_and_one_circle() -> None:
    points, radius = pack.arrange([], [], 5.0)
    assert (points.shape, radius) == ((0, 2), 0.0)
    points, radius = pack.arrange([7.0], [], 5.0)
    assert (points.tolist(), radius) == ([[0.0, 0.0]], 7.0)


@given(_radii)
@settings(max_examples=30, deadline=None)
def test_circle_around_all_is_centred(radii: list[float]) -> None:
    points, radius = pack.arrange(radii, [], 6.0)
    reach = [math.hypot(*at) + r for at, r in zip(points, radii, strict=True)]
    assert max(reach) <= radius + 1e-6


@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.floats(1, 10)), max_size=12),
    st.floats(1, 15),
)
@settings(max_examples=60, deadline=None)
def test_free_place_touches_nothing(there: list[tuple[float, float, float]], radius: float) -> None:
    obstacles = np.array(there).reshape(-1, 3)
    found = pack.free_place(radius, obstacles, (0.0, 0.0), 3.0, None)
    assert found is not None
    for x, y, r in there:
        assert math.dist(found, (x, y)) >= r + radius + 3.0 - 1e-9


def test_free_place_is_the_wanted_one_where_that_is_free() -> None:
    obstacles = np.array([[100.0, 0.0, 5.0]])
    assert pack.free_place(5.0, obstacles, (10.0, 20.0), 3.0, None) == (10.0, 20.0)


def test_full_circle_has_no_free_place() -> None:
    obstacles = np.array([[0.0, 0.0, 10.0]])
    assert pack.free_place(8.0, obstacles, (0.0, 0.0), 2.0, (0.0, 0.0, 15.0)) is None
    inside = pack.free_place(3.0, obstacles, (0.0, 0.0), 1.0, (0.0, 0.0, 20.0))
    assert inside is not None
    assert math.hypot(*inside) + 3.0 <= 20.0


@given(_radii, st.integers(0, 2**31))
@settings(max_examples=60, deadline=None)
def test_enclosing_circle_encloses_and_is_tight(radii: list[float], seed: int) -> None:
    points = np.random.default_rng(seed).uniform(-100, 100, (len(radii), 2))
    centre, radius = pack.enclosing(points, np.array(radii))
    reach = [math.dist(centre, at) + r for at, r in zip(points, radii, strict=True)]
    assert max(reach) <= radius + 1e-6
    widest = max(
        math.dist(a, b) + ra + rb
        for a, ra in zip(points, radii, strict=True)
        for b, rb in zip(points, radii, strict=True)
    )
    # No circle around all is smaller than half the widest pair; three points may need 2/√3 of it.
    assert radius <= max(widest / 2, *radii) * 1.30


def test_circle_around_both() -> None:
    assert pack.around_both((0, 0, 10), (3, 0, 2)) == (0, 0, 10)
    assert pack.around_both((3, 0, 2), (0, 0, 10)) == (0, 0, 10)
    assert pack.around_both((0, 0, 10), (20, 0, 10)) == (10, 0, 20)


def test_push_apart_moves_only_what_is_in_the_way() -> None:
    points = np.array([[0.0, 0.0], [12.0, 0.0], [200.0, 0.0]])
    pushed = pack.push_apart(points.copy(), np.array([10.0, 5.0, 5.0]), 2.0)
    assert pushed[0].tolist() == [0.0, 0.0]
    assert pushed[2].tolist() == [200.0, 0.0]
    assert math.dist(pushed[0], pushed[1]) >= 15.0
