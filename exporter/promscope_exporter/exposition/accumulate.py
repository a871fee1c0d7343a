"""Counters that never go back, whatever the kernel's do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from promscope_exporter.exposition.catalogue import Family
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series


class MakeCounter(Protocol):
    def __call__(self, family: Family, newborn: bool, *labels: str) -> Series: ...


class _Counter:
    __slots__ = ("base", "floor", "parts", "series")

    def __init__(self, series: Series) -> None:
        self.series = series
        self.base: float = 0
        self.parts: dict[str, float] = {}
        self.floor: float = 0

    def told(self) -> float:
        return self.base + sum(self.parts.values())


class Accumulated:
    """The counters of one object.

    The kernel's counters begin anew when a container starts again; ours never go back, and
    they stay while the object does, so that a restart is no gap in a graph.
    """

    def __init__(self, make: MakeCounter) -> None:
        self._make = make
        self._counters: dict[tuple[str, ...], _Counter] = {}

    def tell(self, value: float, newborn: bool, family: Family, *labels: str) -> None:
        """The kernel says `value`; the first time, the series is made with `newborn`."""
        self.tell_parts({"": value}, newborn, family, *labels)

    def tell_parts(
        self, parts: Mapping[str, float], newborn: bool, family: Family, *labels: str
    ) -> None:
        """The kernel says a value of each part (a device); the counter is their sum. What a
        part has counted stays when it falls or goes: only `restart` begins anew."""
        key = (family.name, *labels)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = _Counter(self._make(family, newborn, *labels))
        for part, value in parts.items():
            counter.base += max(0, counter.parts.get(part, 0) - value)
            counter.parts[part] = value

    def at_least(self, value: float, newborn: bool, family: Family) -> None:
        """Another witness says that the counter has reached `value`."""
        key = (family.name,)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = _Counter(self._make(family, newborn))
        counter.floor = max(counter.floor, value)

    def restart(self) -> None:
        """What counts began anew, from 0, even where the new value is already higher."""
        for counter in self._counters.values():
            counter.base = counter.told()
            counter.parts.clear()

    def rename(self, make: MakeCounter) -> None:
        """The object has another name: other series, which continue the counters."""
        self._make = make
        for (_, *labels), counter in self._counters.items():
            counter.series = make(counter.series.family, False, *labels)

    def write(self, page: Page) -> None:
        """Write every counter that was ever told."""
        for counter in self._counters.values():
            page.write(counter.series, max(counter.told(), counter.floor))
