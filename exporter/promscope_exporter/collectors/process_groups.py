"""Processes of one command of one owner, summed; counters that survive their processes."""

from __future__ import annotations

from collections.abc import Iterator

from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series
from promscope_exporter.sources.processes import PAGE_BYTES, TICKS_PER_SECOND

#: A command that ended stays this long, so that one run again and again has one counter.
KEEP_SECONDS = 600.0


class ProcessGroup:
    """Sums of one collection (`begin` clears them) and totals since the group is known.

    `fds` or `storage` False: some process does not tell, so the sum is not known. Units: ticks,
    pages and bytes.
    """

    __slots__ = (
        "_handles",
        "cpu",
        "fds",
        "instances",
        "last_seen",
        "name",
        "newborn",
        "open_fds",
        "owner",
        "process",
        "read",
        "resident",
        "storage",
        "threads",
        "written",
    )

    def __init__(self, owner: str, name: str, process: str, newborn: bool) -> None:
        self.owner = owner
        self.name = name
        self.process = process
        self.newborn = newborn
        self.cpu = self.read = self.written = 0
        self.last_seen = 0.0
        self._handles: dict[str, Series] = {}
        self.begin()

    def begin(self) -> None:
        self.instances = self.resident = self.threads = self.open_fds = 0
        self.fds = self.storage = True

    def rename(self, name: str) -> None:
        """The owner has another name: other series, which continue the counters."""
        self.name, self.newborn = name, False
        self._handles.clear()

    def write(self, page: Page) -> None:
        for family, value in self._samples():
            handle = self._handles.get(family.name)
            if handle is None:
                handle = self._handles[family.name] = series(
                    family, self.owner, self.name, self.process, newborn=self.newborn
                )
            page.write(handle, value)

    def _samples(self) -> Iterator[tuple[catalogue.Family, float]]:
        yield catalogue.PROCESS_INSTANCES, self.instances
        yield catalogue.PROCESS_CPU, self.cpu / TICKS_PER_SECOND
        yield catalogue.PROCESS_MEMORY, self.resident * PAGE_BYTES
        yield catalogue.PROCESS_THREADS, self.threads
        if self.fds:
            yield catalogue.PROCESS_OPEN_FDS, self.open_fds
        if self.storage:
            yield catalogue.PROCESS_READ, self.read
            yield catalogue.PROCESS_WRITTEN, self.written
