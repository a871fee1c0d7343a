"""Where everything is drawn: positions are state that belongs to ids, not a result (design §7).

What has a place keeps it. New things take the free place nearest to what they are connected
with. A bubble is made with room for newcomers; one that is full grows towards free space, and
only where there is none either it or its neighbours give way, whichever moves less. A place is
kept for a day after its owner went, unless it is taken.

The one exception is a bubble's first minute: its connections become known only then, so what is
in it is arranged again as they do.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

import numpy as np

from promscope_api.graph import pack
from promscope_api.graph.channel import Place
from promscope_api.graph.cut import Cut
from promscope_api.graph.growth import CROWD, PADDING, ROOM, TOP, TOP_GAP, Growth, within
from promscope_api.graph.places import Circle, Places
from promscope_api.graph.scatter import scatter
from promscope_api.graph.springs import LevelSprings, Springs, springs_of
from promscope_api.graph.taken import Taken

#: Radius of a node by its kind; a metric changes only how much of it is filled.
RADIUS = {"host": 16.0, "container": 12.0, "processes": 10.0}
_OUTSIDE_RADIUS = 11.0
NODE_GAP = 9.0
GROUP_GAP = 14.0
#: A new bubble has room for one newcomer, and one more for every so many members.
SPARE = 4
YOUNG_SECONDS = 60.0


class Layout:
    """The places of one view. The clock is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept = Places()
        self.places = self._kept.at
        self._born: dict[str, float] = {}
        self._arranged_by: dict[str, LevelSprings] = {}
        self._inside: dict[str, list[str]] = {}
        self._groups: frozenset[str] = frozenset()
        self._growth = Growth(self._kept, {}, ())
        self._astir: set[str] | None = None
        self._restored = False
        self._pins: dict[str, tuple[float, float]] = {}

    def pin(self, pins: Mapping[str, tuple[float, float]]) -> None:
        """Where users put things, all of them: there they stay. What is pinned no more is placed
        anew.
        """
        for key in self._pins.keys() - pins.keys():
            self._forget(key)
        self._pins = dict(pins)

    def anew(self) -> None:
        """Forget every place but those of pins, so that all is laid out as if it were new."""
        for key in self.places.keys() - self._pins.keys():
            self._forget(key)

    def restore(self, places: Mapping[str, Place]) -> None:
        """Take up saved places; what is on the map already keeps its own."""
        if self._kept.restore(places, self._clock()):
            self._restored = True
        if places:
            self._born.setdefault(TOP, -math.inf)

    def adopt(self, places: Mapping[str, Place]) -> None:
        """Be as another replica has it: what is here in the same group moves there."""
        self.restore(places)
        self._kept.adopt(places)

    @property
    def moves(self) -> int:
        """Grows whenever something gets another place."""
        return self._kept.moves

    def drain(self) -> tuple[dict[str, Place], list[str]]:
        """The places that are new and the ids that lost theirs, since this was last asked."""
        return self._kept.drain()

    @property
    def is_young(self) -> bool:
        """Whether there is a bubble that is arranged again when its connections become known."""
        now = self._clock()
        return any(now - at < YOUNG_SECONDS for at in self._born.values())

    def settle(self, cut: Cut, *, connected: bool = True) -> Mapping[str, Place]:
        """Give everything of the view its place and return all places. `connected`: there may be
        connections that there were not the last time.
        """
        parents = {node.id: node.group or TOP for node in cut.nodes.values()}
        parents |= {group.id: group.parent or TOP for group in cut.groups.values()}
        inside: dict[str, list[str]] = defaultdict(list)
        for key in sorted(parents):
            inside[parents[key]].append(key)
        self._inside = inside
        self._groups = frozenset(cut.groups)
        self._growth = Growth(self._kept, inside, self._groups)
        now = self._clock()
        for key in self._kept.retire(parents, now):
            self._forget(key)
        self._return(parents)
        self._kept.sort()
        self._born = {k: at for k, at in self._born.items() if now - at < YOUNG_SECONDS or k == TOP}
        fresh = {key for key in parents if key not in self.places}
        if fresh or (connected and self.is_young):
            self._astir = None if self._restored else self._around(fresh, parents)
            self._restored = False
            radii = {n.id: RADIUS.get(n.kind, _OUTSIDE_RADIUS) for n in cut.nodes.values()}
            about = None if self.is_young else fresh
            self._fill(TOP, radii, springs_of(cut, parents, about))
        self._hold()
        return self.places

    def _around(self, fresh: set[str], parents: Mapping[str, str]) -> set[str]:
        """The groups in which something is to do: those around what is fresh, and young ones."""
        found = set()
        for key in fresh | self._born.keys():
            group = key
            while group not in found:
                found.add(group)
                if group == TOP:
                    break
                group = parents.get(group, TOP)
        return found

    def _hold(self) -> None:
        """Whatever moved meanwhile, what is pinned stays where it was put."""
        for key, (x, y) in self._pins.items():
            place = self.places.get(key)
            if place is not None and (place.x, place.y) != (x, y):
                self._kept.put(key, place.group, (x, y, place.radius))

    def _forget(self, key: str) -> None:
        self._born.pop(key, None)
        self._arranged_by.pop(key, None)
        self._kept.forget(key)

    def _return(self, parents: Mapping[str, str]) -> None:
        """What comes back takes its old place, unless another is there or it changed its group."""
        taken: dict[str, Taken] = {}
        for key, group in parents.items():
            place = self.places.get(key)
            if place is None:
                continue
            came_back = key in self._kept.left
            if came_back and place.group == group and group not in taken:
                taken[group] = self._taken(group)
            self._kept.left.pop(key, None)
            if place.group != group or (came_back and not taken[group].settle(key)):
                self._forget(key)
        for key in parents:
            # The contents of a group that lost its place are placed anew with it.
            above = parents[key]
            while above != TOP and key in self.places:
                if above not in self.places:
                    self._forget(key)
                above = parents[above]

    def _taken(self, group: str) -> Taken:
        """Who holds a place in a group now, and who held one that may be returned to."""
        inside = {k: self.places[k].circle for k in self._inside[group] if k in self.places}
        return Taken(inside, {key for key in inside if key not in self._kept.left})

    def _fill(self, group: str, radii: Mapping[str, float], springs: Springs) -> Circle:
        """Place what is in a group; returns the circle it needs now (meaningless at the top).

        A new group is laid out around the origin and moved by whoever places it.
        """
        items = self._inside.get(group, [])
        level = springs.get(group, {})
        fresh: dict[str, Circle] = {}
        for key in items:
            if key in self._groups:
                if self._astir is not None and key not in self._astir:
                    continue
                needed = self._fill(key, radii, springs)
                if key not in self.places:
                    fresh[key] = needed
                elif needed != self.places[key].circle:
                    self._growth.grow(key, group, needed)
            elif key not in self.places:
                fresh[key] = (0.0, 0.0, radii[key])
        if len(fresh) == len(items) and group not in self.places:
            self._born.setdefault(group, self._clock())
            return self._arrange(group, fresh, level)
        circle = self.places[group].circle if group != TOP else (0.0, 0.0, math.inf)
        if self._learned(group, level):
            known = {key: self.places[key].circle for key in items if key in self.places}
            x, y, radius = self._arrange(group, known | fresh, level, circle[:2])
            return (x, y, max(radius, circle[2]))
        newcomers = sorted(fresh, key=lambda k: (-fresh[k][2], k))
        if len(items) > CROWD:
            self._scatter(group, {key: fresh[key] for key in newcomers}, level, circle)
        else:
            for key in newcomers:
                circle = self._add(group, key, fresh[key], level, circle)
        for key in (key for key in items if key not in self._pins):
            x, y, radius = self.places[key].circle
            circle = pack.around_both(circle, (x, y, radius + PADDING - 1e-6))
        return circle

    def _learned(self, group: str, level: LevelSprings) -> bool:
        """Whether connections became known in a young group since it was arranged."""
        if self._clock() - self._born.get(group, -math.inf) >= YOUNG_SECONDS:
            return False
        return bool(level.keys() - self._arranged_by.get(group, {}).keys())

    def _gap(self, group: str) -> float:
        if group == TOP:
            return TOP_GAP
        nested = any(key in self._groups for key in self._inside[group])
        return GROUP_GAP if nested else NODE_GAP

    def _arrange(
        self,
        group: str,
        items: Mapping[str, Circle],
        level: LevelSprings,
        centre: tuple[float, float] = (0.0, 0.0),
    ) -> Circle:
        """Lay out a whole level, with room for a few newcomers; returns the circle around it."""
        keys = sorted(items)
        index = {key: n for n, key in enumerate(keys)}
        pulls = [(index[a], index[b], weight) for (a, b), weight in level.items()]
        radii = [items[key][2] for key in keys]
        if group != TOP:
            radii += [sorted(radii)[len(radii) // 2]] * (1 + len(radii) // SPARE)
        stretch = pack.ASPECT if group == TOP else 1.0
        points, radius = pack.arrange(radii, pulls, self._gap(group), stretch)
        points += np.array(centre)
        for key, (x, y) in zip(keys, points.tolist(), strict=False):
            self._kept.move(key, group, items[key], (x, y))
        self._arranged_by[group] = level
        return centre[0], centre[1], radius + PADDING + ROOM

    def _scatter(
        self, group: str, fresh: Mapping[str, Circle], level: LevelSprings, home: Circle
    ) -> None:
        """Find places for newcomers in a crowd, those of about one size together."""
        sizes: dict[int, list[str]] = defaultdict(list)
        for key, circle in fresh.items():
            sizes[math.ceil(2 * math.log2(circle[2]))].append(key)
        there = [self.places[k].circle for k in self._inside[group] if k in self.places]
        wanted = self._wanted_by_many(group, fresh, level, home)
        stretch = pack.ASPECT if group == TOP else 1.0
        for keys in sizes.values():
            radius = max(fresh[key][2] for key in keys)
            at = np.array([wanted[key] for key in keys])
            obstacles = np.array(there).reshape(-1, 3)
            places = scatter(radius, at, obstacles, self._gap(group) - ROOM, home[:2], stretch)
            for key, (x, y) in zip(keys, places.tolist(), strict=True):
                self._kept.move(key, group, fresh[key], (x, y))
                there.append((x, y, fresh[key][2]))

    def _wanted_by_many(
        self, group: str, fresh: Mapping[str, Circle], level: LevelSprings, home: Circle
    ) -> dict[str, tuple[float, float]]:
        """Where each newcomer would like to be: in the middle of what it is connected with."""
        found: dict[str, tuple[float, float]] = dict.fromkeys(fresh, home[:2])
        pulls: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        for (a, b), weight in level.items():
            for key, other in ((a, b), (b, a)):
                place = self.places.get(other)
                if key in fresh and place is not None and place.group == group:
                    pull = pulls[key]
                    pull[0] += weight
                    pull[1] += weight * place.x
                    pull[2] += weight * place.y
        return found | {key: (x / sum_, y / sum_) for key, (sum_, x, y) in pulls.items()}

    def _add(
        self, group: str, key: str, circle: Circle, level: LevelSprings, home: Circle
    ) -> Circle:
        """Find a place for a newcomer among those that stay; returns the circle needed then."""
        there = [self.places[k].circle for k in self._inside[group] if k in self.places]
        obstacles = np.array(there).reshape(-1, 3)
        wanted = self._wanted(group, key, circle, level, home)
        gap = self._gap(group) - ROOM
        if group == TOP:
            to = pack.free_place(circle[2], obstacles, wanted, gap, None, pack.ASPECT)
        else:
            more = max(0.7 * circle[2], home[2] / 16)
            while (to := pack.free_place(circle[2], obstacles, wanted, gap, within(home))) is None:
                home = self._growth.enlarged(group, home, more)
                more *= 1.3
        assert to is not None
        self._kept.move(key, group, circle, to)
        return home

    def _wanted(
        self, group: str, key: str, circle: Circle, level: LevelSprings, home: Circle
    ) -> tuple[float, float]:
        """Where somebody of the same group left, else near what it is connected with."""
        left = [
            k
            for k, at in sorted(self._kept.left.items(), key=lambda item: (-item[1], item[0]))
            if k not in self._pins
            and self.places[k].group == group
            and self.places[k].radius >= circle[2]
        ]
        if left:
            place = self.places[left[0]]
            self._forget(left[0])
            return place.x, place.y
        pull = x = y = 0.0
        for (a, b), weight in level.items():
            other = b if a == key else a if b == key else None
            if other is not None and other in self.places:
                pull += weight
                x += weight * self.places[other].x
                y += weight * self.places[other].y
        return (x / pull, y / pull) if pull else home[:2]
