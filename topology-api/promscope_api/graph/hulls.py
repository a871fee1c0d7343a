"""The bubbles as they are drawn: tight around what is in them, inside the place they hold.

A group's place has room for newcomers and never shrinks; the bubble shown is as small as its
contents allow, and cannot touch another, because the places do not.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import lru_cache

import numpy as np

from promscope_api.graph import pack
from promscope_api.graph.channel import Place
from promscope_api.graph.cut import Cut
from promscope_api.graph.growth import PADDING
from promscope_api.graph.places import Circle

_HALVINGS = 12


class Hulls:
    """Keeps the bubbles of one view, so that only those with changed contents are made anew."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[Circle, ...], Circle]] = {}

    def around(
        self, cut: Cut, places: Mapping[str, Place], stale: Collection[str] | None = None
    ) -> Mapping[str, Circle]:
        """The bubbles, (x, y, radius), of every group of the view; or of the `stale` ones and
        those around them, where nothing has changed in the others.
        """
        wanted = cut.groups.keys() if stale is None else _with_those_around(cut, stale)
        inside: dict[str, list[str]] = {group: [] for group in wanted}
        for node in cut.nodes.values():
            if node.group in inside:
                inside[node.group].append(node.id)
        for group in cut.groups.values():
            if group.parent in inside:
                inside[group.parent].append(group.id)
        drawn: dict[str, Circle] = {}

        def draw(group: str) -> Circle:
            if group not in inside:
                return self._kept[group][1]
            if group not in drawn:
                contents = tuple(
                    draw(key) if key in cut.groups else places[key].circle
                    for key in sorted(inside[group])
                )
                held = places[group].circle
                key = (held, *contents)
                kept = self._kept.get(group)
                if kept is None or kept[0] != key:
                    kept = self._kept[group] = (key, _tight(contents, held))
                drawn[group] = kept[1]
            return drawn[group]

        for group_id in inside:
            draw(group_id)
        for gone in self._kept.keys() - cut.groups.keys():
            del self._kept[gone]
        return drawn


def _with_those_around(cut: Cut, groups: Collection[str]) -> set[str]:
    found: set[str] = set()
    for group in groups:
        around: str | None = group
        while around in cut.groups and around not in found:
            found.add(around)
            around = cut.groups[around].parent
    return found


def _tight(contents: tuple[Circle, ...], held: Circle) -> Circle:
    """A small circle around the contents that stays inside the held one."""
    x, y, radius = held
    near = tuple((round(at[0] - x, 6), round(at[1] - y, 6), at[2]) for at in contents)
    dx, dy, size = _tight_inside(near, radius)
    return x + dx, y + dy, size


@lru_cache(maxsize=4096)
def _tight_inside(contents: tuple[Circle, ...], held: float) -> Circle:
    """The same around the origin. Kept, because most bubbles of a fleet are alike."""
    circles = np.array(contents)
    points, radii = circles[:, :2], circles[:, 2]
    best, _ = pack.enclosing(points, radii)

    def at(share: float) -> Circle:
        centre = share * best
        away = points - centre
        radius = float((np.hypot(away[:, 0], away[:, 1]) + radii).max()) + PADDING
        return float(centre[0]), float(centre[1]), radius

    def fits(circle: Circle) -> bool:
        return math.hypot(circle[0], circle[1]) + circle[2] <= held + 1e-6

    if fits(at(1.0)):
        return at(1.0)
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        half = (low + high) / 2
        low, high = (half, high) if fits(at(half)) else (low, half)
    return at(low)
