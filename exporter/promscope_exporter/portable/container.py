"""The containers as their engine knows them."""

from __future__ import annotations

from collections.abc import Mapping

from promscope_exporter.collectors.container import ContainerCollector, Life
from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.sources.cgroup import Usage
from promscope_exporter.sources.engine_stats import EngineStats
from promscope_wire.frames import ContainerRecord


@collector("container", order=20)
class PortableContainerCollector(ContainerCollector):
    """As on Linux, but what a container uses is what its engine's statistics say, as old as one
    scrape interval."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._stats = EngineStats(self._running, context.settings.scrape_interval)

    def used(
        self, record: ContainerRecord, _life: Life
    ) -> tuple[Usage, Mapping[str, tuple[int, int]] | None] | None:
        return self._stats.latest(record.id)

    def close(self) -> None:
        self._stats.close()

    def _running(self) -> Mapping[str, str]:
        return {
            one.record.id: one.engine
            for one in self._inventory.containers().values()
            if one.record.pid and one.engine and not one.removed
        }
