"""Many circles placed at once among those that stay: the free places of a lattice, nearest first.

One at a time each newcomer would look at everything that is there, again and again; here what is
there is looked at once, and only near each place.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from promscope_api.graph.pack import Points

#: Above this many at once their order decides who gets which place, not what pulls them.
_CHOOSY = 3000
_BAND = 256


def scatter(
    radius: float,
    wanted: Points,
    obstacles: Points,
    gap: float,
    centre: tuple[float, float],
    stretch: float = 1.0,
) -> Points:
    """Centres for as many circles of one radius as there are rows in `wanted` (where each would
    like to be): `gap` apart from each other and from the obstacles, rows (x, y, radius), as near
    to `centre` as there is room. `stretch` is how much wider than high the whole may become.
    """
    count = len(wanted)
    room = 2 * radius + gap
    taken = float(((2 * obstacles[:, 2] + gap) ** 2).sum()) / room**2 if len(obstacles) else 0.0
    places = 2.0 * (count + taken) + 64
    while True:
        found = _lattice(room, math.sqrt(places) * room, centre, stretch)
        found = found[_free(found, radius + gap, obstacles)]
        if len(found) >= count:
            return _chosen(found, wanted)
        places *= 2


def _lattice(room: float, reach: float, centre: tuple[float, float], stretch: float) -> Points:
    """The points of a triangular lattice around the centre, the nearest first (by an ellipse)."""
    wide = math.sqrt(stretch)
    rows = np.arange(-math.ceil(reach / room), math.ceil(reach / room) + 1)
    columns = np.arange(-math.ceil(wide * reach / room), math.ceil(wide * reach / room) + 1)
    row, column = np.meshgrid(rows, columns, indexing="ij")
    x = ((column + 0.5 * (row % 2)) * room).ravel()
    y = (row * (room * math.sqrt(3) / 2)).ravel()
    order = np.lexsort((x, y, np.round(np.hypot(x / wide, y * wide), 6)))
    return np.stack((x[order] + centre[0], y[order] + centre[1]), axis=1)


def _free(points: Points, clearance: float, obstacles: Points) -> npt.NDArray[np.bool_]:
    """Which points are `clearance` away from every obstacle's edge."""
    free = np.ones(len(points), dtype=np.bool_)
    if not len(obstacles):
        return free
    obstacles = obstacles[np.argsort(obstacles[:, 0], kind="stable")]
    reach = clearance + float(obstacles[:, 2].max())
    order = np.argsort(points[:, 0], kind="stable")
    for start in range(0, len(points), _BAND):
        some = order[start : start + _BAND]
        x = points[some, 0]
        first, last = np.searchsorted(obstacles[:, 0], (x[0] - reach, x[-1] + reach))
        near = obstacles[first:last]
        away = np.hypot(x[:, None] - near[:, 0], points[some, 1][:, None] - near[:, 1])
        free[some] = (away >= near[:, 2] + clearance).all(axis=1)
    return free


def _chosen(places: Points, wanted: Points) -> Points:
    """A place for each; the innermost ones are shared out, each taking that nearest to it."""
    count = len(wanted)
    if count > _CHOOSY:
        return places[:count]
    places = places[: count + max(64, count // 2)]
    left = np.ones(len(places), dtype=np.bool_)
    chosen = np.empty((count, 2))
    for n, want in enumerate(wanted):
        away = np.where(left, np.hypot(*(places - want).T), np.inf)
        best = int(away.argmin())
        left[best] = False
        chosen[n] = places[best]
    return chosen
