"""Who is where in one view: what has a place keeps it, and for a day after it went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from promscope_api.graph.channel import Place

KEEP_SECONDS = 24 * 3600.0

Circle = tuple[float, float, float]


class Places:
    """`at`: id → place; `left`: when those went that are there no more; `moves` grows whenever
    something gets another place.
    """

    def __init__(self) -> None:
        self.at: dict[str, Place] = {}
        self.left: dict[str, float] = {}
        self.moves = 0
        self._moved: set[str] = set()
        self._gone: set[str] = set()
        self._inside: dict[str, set[str]] = defaultdict(set)

    def restore(self, places: Mapping[str, Place], now: float) -> bool:
        """Take up saved places; what is there keeps its own. Whether any was taken up."""
        news = {key: place for key, place in places.items() if key not in self.at}
        self.at |= news
        self.left.update(dict.fromkeys(news, now))
        self.moves += len(news)
        return bool(news)

    def adopt(self, places: Mapping[str, Place]) -> None:
        """Take the place of each that is in the same group; that is no news to tell."""
        for key, place in places.items():
            if self.at[key].group == place.group and self.at[key] != place:
                self.at[key] = place
                self.moves += 1
            self._moved.discard(key)

    def drain(self) -> tuple[dict[str, Place], list[str]]:
        """The places that are new and the ids that lost theirs, since this was last asked."""
        moved = {key: self.at[key] for key in sorted(self._moved) if key in self.at}
        gone = sorted(self._gone)
        self._moved.clear()
        self._gone.clear()
        return moved, gone

    def retire(self, there: Collection[str], now: float) -> list[str]:
        """Note what is there no more; the ids of those that went too long ago."""
        for key in self.at:
            if key not in there:
                self.left.setdefault(key, now)
        return [key for key, at in self.left.items() if now - at > KEEP_SECONDS]

    def forget(self, key: str) -> None:
        self.left.pop(key, None)
        if self.at.pop(key, None) is not None:
            self._moved.discard(key)
            self._gone.add(key)

    def sort(self) -> None:
        """Note anew what is inside what, those that went included."""
        self._inside = defaultdict(set)
        for key, place in self.at.items():
            self._inside[place.group].add(key)

    def put(self, key: str, group: str, circle: Circle) -> None:
        self.at[key] = Place(group, *circle)
        self.moves += 1
        self._inside[group].add(key)
        self._moved.add(key)
        self._gone.discard(key)

    def move(self, key: str, group: str, circle: Circle, to: tuple[float, float]) -> None:
        """Put something with all that is in it; kept places of what is gone move along."""
        self.put(key, group, (to[0], to[1], circle[2]))
        dx, dy = to[0] - circle[0], to[1] - circle[1]
        for child in list(self._inside.get(key, ())):
            place = self.at.get(child)
            if place is not None and place.group == key:
                self.move(child, key, place.circle, (place.x + dx, place.y + dy))
