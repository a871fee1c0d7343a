"""Many newcomers at once among those that stay."""

from __future__ import annotations

import numpy as np
import pytest

from promscope_api.graph.pack import Points
from promscope_api.graph.scatter import scatter


def least_gap(points: Points, radius: float, obstacles: Points) -> float:
    """The smallest distance between edges, of points to each other and to the obstacles."""
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) - 2 * radius
    np.fill_diagonal(apart, np.inf)
    there = points[:, None] - obstacles[None, :, :2]
    away = np.hypot(there[..., 0], there[..., 1]) - radius - obstacles[:, 2]
    return float(min(apart.min(), away.min(initial=np.inf)))


@pytest.mark.parametrize(("count", "others"), [(2, 0), (1, 1), (50, 200), (500, 300), (4000, 50)])
@pytest.mark.parametrize("stretch", [1.0, 1.6])
def test_everybody_has_room(count: int, others: int, stretch: float) -> None:
    chance = np.random.default_rng(count)
    obstacles = np.column_stack(
        (chance.uniform(-400, 400, (others, 2)), chance.uniform(5, 60, others))
    )
    wanted = chance.uniform(-300, 300, (count, 2))
    points = scatter(11.0, wanted, obstacles, 20.0, (30.0, -10.0), stretch)
    assert points.shape == (count, 2)
    if count > 1 or others:
        assert least_gap(points, 11.0, obstacles) >= 20.0 - 1e-6
    assert np.array_equal(points, scatter(11.0, wanted, obstacles, 20.0, (30.0, -10.0), stretch))


def test_they_crowd_around_the_centre() -> None:
    points = scatter(10.0, np.zeros((400, 2)), np.zeros((0, 3)), 5.0, (100.0, 100.0))
    reach = np.hypot(points[:, 0] - 100, points[:, 1] - 100).max()
    assert reach < 25.0 * np.sqrt(400 * 1.6)


def test_each_takes_a_place_on_its_own_side() -> None:
    wanted = np.array([(-500.0, 0.0)] * 20 + [(500.0, 0.0)] * 20)
    points = scatter(10.0, wanted, np.zeros((0, 3)), 5.0, (0.0, 0.0))
    assert (points[:20, 0].mean() < 0) & (points[20:, 0].mean() > 0)
