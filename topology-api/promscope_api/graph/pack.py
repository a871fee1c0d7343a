"""Circles in the plane: placed by forces from nothing, or one at a time into free space.

Everything is deterministic: the same circles and springs give the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
#: Width to height of the page that the outermost level fills.
ASPECT = 1.6
#: Above this many circles of one level their order decides where they are, not forces.
FORCED = 150
#: Steps of the forces, for many circles and for each of few.
_STEPS, _STEPS_EACH = 160, 12
_TURNS = 24
_BATCH = 512
#: How far apart neighbours on the spiral are on average, relative to its scale.
_SPIRAL_SPACING = 1.6


def spiral(count: int, scale: float, stretch: float = 1.0) -> Points:
    """`count` points spread evenly around the origin, the first in it (Vogel's phyllotaxis);
    `stretch` makes the disc that much wider than high, at equal area.
    """
    k = np.arange(count)
    radius = scale * np.sqrt(k)
    angle = k * GOLDEN_ANGLE
    wide = math.sqrt(stretch)
    return np.stack((radius * np.cos(angle) * wide, radius * np.sin(angle) / wide), axis=1)


Spring = tuple[int, int, float]


def arrange(
    radii: Sequence[float], springs: Sequence[Spring], gap: float, stretch: float = 1.0
) -> tuple[Points, float]:
    """Centres for circles that must stay `gap` apart, and the radius of a circle around all of
    them, which is centred on the origin.

    `springs` (index, index, weight) pull connected ones together; `stretch` is how much wider
    than high the page is that they are to fit.
    """
    points, radius = _arranged(tuple(radii), tuple(springs), gap, stretch)
    return points.copy(), radius


@lru_cache(maxsize=4096)
def _arranged(
    radii: tuple[float, ...], springs: tuple[Spring, ...], gap: float, stretch: float
) -> tuple[Points, float]:
    """Kept, because most bubbles of a fleet are alike: so many equal members, none connected."""
    count = len(radii)
    radius = np.asarray(radii, dtype=np.float64)
    if count == 0:
        return np.zeros((0, 2)), 0.0
    points = _placed(radius, springs, gap, stretch)
    centre, around = enclosing(points, radius)
    return points - centre, around


def _placed(radius: Points, springs: Sequence[Spring], gap: float, stretch: float) -> Points:
    count = len(radius)
    if count == 1:
        return np.zeros((1, 2))
    if count == 2:
        return np.array([[0.0, 0.0], [radius.sum() + gap, 0.0]])
    order = _by_connection(count, radius, springs)
    points = np.empty((count, 2))
    room = (2 * radius.max() if count > FORCED else 2 * radius.mean()) + gap
    points[order] = spiral(count, room / _SPIRAL_SPACING, stretch)
    if count > FORCED:
        return points * _shortfall(points, order, room)
    if stretch != 1.0:
        return _best_on_page(points, radius, springs, gap, stretch)
    _simulate(points, radius, springs, gap, 1.0)
    _separate(points, radius, gap)
    return points


def _best_on_page(
    points: Points,
    radius: Points,
    springs: Sequence[Spring],
    gap: float,
    stretch: float,
) -> Points:
    """The arrangement that can be drawn largest on a page of this aspect.

    Circles that touch hold against gravity, so how much it must differ between the page's sides
    depends on how many and how large they are: several strengths are tried, each turned about.
    """
    tries = []
    for strength in (1.0, stretch, stretch**1.5):
        tried = points.copy()
        _simulate(tried, radius, springs, gap, strength)
        _separate(tried, radius, gap)
        for turn in range(_TURNS):
            angle = turn * math.pi / _TURNS
            sine, cosine = math.sin(angle), math.cos(angle)
            tries.append(tried @ np.array([[cosine, sine], [-sine, cosine]]))
    return min(tries, key=lambda tried: _page_height(tried, radius, stretch))


def _page_height(points: Points, radius: Points, stretch: float) -> float:
    """The height of the smallest page of this aspect that holds all circles."""
    size = (points + radius[:, None]).max(axis=0) - (points - radius[:, None]).min(axis=0)
    return float(max(size[0] / stretch, size[1]))


def _by_connection(count: int, radius: Points, springs: Sequence[Spring]) -> list[int]:
    """Indices from the best connected outwards, neighbours after each other."""
    neighbours: list[dict[int, float]] = [{} for _ in range(count)]
    for a, b, weight in springs:
        neighbours[a][b] = neighbours[a].get(b, 0.0) + weight
        neighbours[b][a] = neighbours[b].get(a, 0.0) + weight
    rank = sorted(range(count), key=lambda i: (-len(neighbours[i]), -radius[i], i))
    order: list[int] = []
    seen = [False] * count
    for start in rank:
        queue = [] if seen[start] else [start]
        seen[start] = True
        for item in queue:
            order.append(item)
            near = sorted(neighbours[item], key=lambda i: (-neighbours[item][i], i))
            queue += [i for i in near if not seen[i]]
            for i in near:
                seen[i] = True
    return order


def _shortfall(points: Points, order: list[int], room: float) -> float:
    """By how much a spiral must grow until its points are `room` apart: on a spiral the closest
    pairs are near the middle, so a part of it tells."""
    some = points[order[:_BATCH]]
    distance = np.hypot(*(some[:, None] - some[None]).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    return float(max(1.0, room / distance.min() * 1.001))


def _simulate(
    points: Points,
    radius: Points,
    springs: Sequence[Spring],
    gap: float,
    strength: float,
) -> None:
    """Let springs, gravity (`strength` times stronger downwards than sideways) and mutual
    repulsion find a place for everything, in place.
    """
    reach = radius[:, None] + radius[None] + gap
    size = radius / radius.max()
    a = np.array([spring[0] for spring in springs], dtype=np.intp)
    b = np.array([spring[1] for spring in springs], dtype=np.intp)
    weight = np.log1p(np.array([spring[2] for spring in springs], dtype=np.float64))
    degree = np.bincount(np.concatenate((a, b)), minlength=len(radius)).astype(np.float64)
    # What has many springs is not torn about by them: each is as stiff as its freer end allows.
    stiffness = 0.0
    if len(springs):
        stiffness = (0.2 + 0.4 * weight / weight.max()) / np.minimum(degree[a], degree[b])
    pull = np.array([1 / strength, strength]) * 0.045
    steps = min(_STEPS, 40 + _STEPS_EACH * len(radius))
    for step in range(steps):
        cooling = 1 - step / steps
        force = -points * pull
        if len(springs):
            along = points[b] - points[a]
            length = np.hypot(along[:, 0], along[:, 1]) + 1e-9
            strain = (length - reach[a, b]) / length * stiffness
            np.add.at(force, a, along * (strain * degree[b] / (degree[a] + degree[b]))[:, None])
            np.add.at(force, b, -along * (strain * degree[a] / (degree[a] + degree[b]))[:, None])
        apart = points[:, None] - points[None]
        distance = np.hypot(apart[..., 0], apart[..., 1]) + 1e-9
        push = np.maximum(0.0, reach - distance) * 0.5 + 0.012 * cooling**3 * reach**2 / (
            distance + reach
        )
        np.fill_diagonal(push, 0.0)
        share = size[None] / (size[:, None] + size[None])
        force += (apart * (push * share / distance)[..., None]).sum(axis=1)
        points += force * (0.25 + 0.75 * cooling)


def _separate(points: Points, radius: Points, gap: float) -> None:
    """Push overlapping circles apart until none is left; spread everything if that is stuck."""
    reach = radius[:, None] + radius[None] + gap
    # Two in the same place could never be told apart.
    points += spiral(len(points), 1e-3)
    for turn in range(400):
        apart = points[:, None] - points[None]
        distance = np.hypot(apart[..., 0], apart[..., 1]) + 1e-9
        overlap = np.maximum(0.0, reach - distance)
        np.fill_diagonal(overlap, 0.0)
        if overlap.max() <= 1e-6:
            return
        share = radius[None] / (radius[:, None] + radius[None])
        points += (apart * (overlap * share * 1.02 / distance)[..., None]).sum(axis=1) * 0.7
        if turn % 50 == 49:
            points *= 1.03
    apart = points[:, None] - points[None]
    distance = np.hypot(apart[..., 0], apart[..., 1])
    np.fill_diagonal(distance, np.inf)
    points *= float((reach / distance).max()) * 1.001


def push_apart(points: Points, radius: Points, gap: float) -> Points:
    """Move what overlaps the first circle, and what that then overlaps, as little as may be."""
    reach = radius[:, None] + radius[None] + gap
    mass = radius.copy()
    for turn in range(1000):
        apart = points[:, None] - points[None]
        distance = np.hypot(apart[..., 0], apart[..., 1]) + 1e-9
        # Places that were closer than the gap before stay so: only overlaps are undone.
        overlap = np.where(distance < reach - gap, reach - distance, 0.0)
        np.fill_diagonal(overlap, 0.0)
        if not overlap.any():
            break
        share = mass[None] / (mass[:, None] + mass[None])
        share[1:, 0], share[0, 1:] = 1.0, 0.0
        points += (apart * (overlap * share / distance)[..., None]).sum(axis=1) * 0.8
        if turn % 100 == 99:
            points[1:] = points[0] + (points[1:] - points[0]) * 1.02
    return points


def free_place(
    radius: float,
    obstacles: Points,
    wanted: tuple[float, float],
    gap: float,
    within: tuple[float, float, float] | None,
    stretch: float = 1.0,
) -> tuple[float, float] | None:
    """The free place nearest to `wanted` for a circle; `obstacles` are rows (x, y, radius).

    `within` is a circle (x, y, radius) it must fit into; None where there is no room in it.
    Without `within` there always is a place.
    """
    spread = max(radius, 4.0) * 0.45
    limit = math.inf
    if within is not None:
        away = math.hypot(wanted[0] - within[0], wanted[1] - within[1])
        limit = away + within[2]
    start = 0
    while True:
        k = np.arange(start, start + _BATCH)
        distance = spread * np.sqrt(k)
        wide = math.sqrt(stretch)
        x = wanted[0] + distance * np.cos(k * GOLDEN_ANGLE) * wide
        y = wanted[1] + distance * np.sin(k * GOLDEN_ANGLE) / wide
        free = np.ones(len(k), dtype=bool)
        if len(obstacles):
            clear = np.hypot(x[:, None] - obstacles[:, 0], y[:, None] - obstacles[:, 1])
            free = (clear >= obstacles[:, 2] + radius + gap).all(axis=1)
        if within is not None:
            free &= np.hypot(x - within[0], y - within[1]) + radius <= within[2]
        found = np.flatnonzero(free)
        if len(found):
            return float(x[found[0]]), float(y[found[0]])
        if distance[-1] / wide > limit:
            return None
        start += _BATCH


def enclosing(points: Points, radius: Points) -> tuple[Points, float]:
    """A circle around circles, at most a few per cent larger than the smallest one: centre, radius.

    Starts at the middle and steps less and less far towards the farthest (Bădoiu and Clarkson,
    "Smaller core-sets for balls", 2003).
    """
    if len(points) == 1:
        return points[0], float(radius[0])
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    best, least = centre, math.inf
    for step in range(2, 60):
        away = points - centre
        reach = np.hypot(away[:, 0], away[:, 1]) + radius
        farthest = int(reach.argmax())
        if reach[farthest] < least:
            best, least = centre, float(reach[farthest])
        length = math.hypot(*away[farthest]) or 1.0
        centre = centre + away[farthest] / length * (reach[farthest] - reach.min()) / step
    return best, least


def around_both(
    outer: tuple[float, float, float], inner: tuple[float, float, float]
) -> tuple[float, float, float]:
    """The smallest circle around two circles."""
    dx, dy = inner[0] - outer[0], inner[1] - outer[1]
    distance = math.hypot(dx, dy)
    if distance + inner[2] <= outer[2]:
        return outer
    if distance + outer[2] <= inner[2]:
        return inner
    radius = (distance + outer[2] + inner[2]) / 2
    share = (radius - outer[2]) / distance
    return outer[0] + dx * share, outer[1] + dy * share, radius
