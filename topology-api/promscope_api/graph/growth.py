"""Bubbles that have become too small: they grow to where there is room, or somebody gives way."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np

from promscope_api.graph import pack
from promscope_api.graph.places import Circle, Places
from promscope_api.graph.scatter import scatter

TOP = ""
TOP_GAP = 30.0
PADDING = 9.0
#: What the exact fit of a full bubble is exceeded by, so that a search in steps finds the places.
ROOM = 3.0
#: On a level of more than this many, newcomers share out the free places of a lattice.
CROWD = 150
#: Directions that a full bubble may grow in.
_DIRECTIONS = 24


class Growth:
    """`inside`: group (TOP: the outermost level) → what is directly in it now."""

    def __init__(
        self, places: Places, inside: Mapping[str, list[str]], groups: Collection[str]
    ) -> None:
        self._places = places
        self._at = places.at
        self._inside = inside
        self._groups = groups

    def enlarged(self, group: str, home: Circle, more: float) -> Circle:
        """A larger circle around a full group, towards the side where fewest are in the way."""
        choices = []
        for turn in range(_DIRECTIONS):
            angle = turn * math.tau / _DIRECTIONS
            grown = (
                home[0] + more * math.cos(angle),
                home[1] + more * math.sin(angle),
                home[2] + more,
            )
            choices.append((round(self._in_the_way(group, grown), 3), turn, grown))
        return min(choices)[2]

    def _in_the_way(self, group: str, circle: Circle) -> float:
        """How deep neighbours, on all levels above, would stand in a grown circle."""
        depth = 0.0
        while group != TOP and group in self._at:
            above = self._at[group].group
            for key in self._inside.get(above, ()):
                if key != group and key in self._at:
                    depth += max(0.0, _overlap(circle, self._at[key].circle))
            if above != TOP and above in self._at:
                held = self._at[above].circle
                circle = pack.around_both(held, (circle[0], circle[1], circle[2] + PADDING))
            group = above
        return depth

    def grow(self, key: str, group: str, circle: Circle) -> None:
        """Give a group a larger circle; it or those in the way move, whoever are fewer."""
        self._places.put(key, group, circle)
        others = [k for k in self._inside[group] if k != key and k in self._at]
        hit = [k for k in others if _overlap(circle, self._at[k].circle) > 1e-6]
        if not hit:
            return
        if self._weight(key) < sum(map(self._weight, hit)):
            obstacles = np.array([self._at[k].circle for k in others])
            home = within(self._at[group].circle) if group != TOP else None
            to = pack.free_place(circle[2], obstacles, circle[:2], 2.0, home)
            if to is not None:
                self._places.move(key, group, circle, to)
                return
        if group == TOP and len(others) > CROWD:
            self._step_aside(key, hit)
            return
        keys = [key, *others]
        circles = np.array([self._at[k].circle for k in keys])
        pushed = pack.push_apart(circles[:, :2].copy(), circles[:, 2], 2.0)
        for k, to, before in zip(keys, pushed.tolist(), circles.tolist(), strict=True):
            if abs(to[0] - before[0]) + abs(to[1] - before[1]) > 1e-6:
                self._places.move(k, group, self._at[k].circle, (to[0], to[1]))

    def _step_aside(self, key: str, hit: list[str]) -> None:
        """Those that a grown group has run into find other places; nobody else moves."""
        stay = [k for k in self._inside[TOP] if k in self._at and k not in hit]
        there = [self._at[k].circle for k in stay]
        for k in hit:
            circle = self._at[k].circle
            at = np.array([circle[:2]])
            gap = TOP_GAP - ROOM
            ((x, y),) = scatter(circle[2], at, np.array(there), gap, self._at[key].circle[:2])
            self._places.move(k, TOP, circle, (x, y))
            there.append((x, y, circle[2]))

    def _weight(self, key: str) -> int:
        """How many nodes there are in it."""
        if key not in self._groups:
            return 1
        return sum(map(self._weight, self._inside.get(key, ())))


def within(home: Circle) -> Circle:
    """Where the contents of a bubble may be."""
    return home[0], home[1], home[2] - PADDING


def _overlap(a: Circle, b: Circle) -> float:
    return a[2] + b[2] - math.hypot(a[0] - b[0], a[1] - b[1])
