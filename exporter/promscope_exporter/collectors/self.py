"""The probe about itself."""

from __future__ import annotations

import os
import platform
import resource
from collections.abc import Callable, Mapping

from promscope_exporter import __version__
from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.catalogue import Family
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series


@collector("self", order=90)
class SelfCollector:
    """Version, capabilities, tunnels, lost events and the cost of the exporter's process.

    Sources: `Status`, getrusage(2), /proc/self/statm (always this process's own /proc).
    """

    def __init__(self, context: Context) -> None:
        self._status = context.status
        self._own = not context.settings.disable_exporter_metrics
        self._ladder = context.ladder
        self._scrapes_per_read = series(catalogue.SCRAPES_PER_READ)
        self._build = series(catalogue.BUILD_INFO, __version__, platform.python_version())
        self._cpu = series(catalogue.OWN_CPU)
        self._resident = series(catalogue.OWN_RESIDENT)
        self._virtual = series(catalogue.OWN_VIRTUAL)
        self._start = series(catalogue.OWN_START)
        self._open_fds = series(catalogue.OWN_OPEN_FDS)
        self._max_fds = series(catalogue.OWN_MAX_FDS)
        self._started = context.clock.wall()
        self._page_size = resource.getpagesize()
        self._capability = _by_name(catalogue.CAPABILITY)
        self._tunnel = _by_name(catalogue.TUNNEL_CONNECTED)
        self._lost = _by_name(catalogue.EVENTS_LOST)
        self._answers = _by_name(catalogue.HTTP_REQUESTS)

    def collect(self, page: Page) -> None:
        page.lift_limit()  # it is last, and tells what the limit costs
        page.write(self._build, 1)
        _write(page, self._capability, self._status.capabilities())
        _write(page, self._tunnel, self._status.tunnels())
        _write(page, self._lost, self._status.events_lost_total())
        page.write(self._scrapes_per_read, self._ladder.scrapes_per_read)
        if self._own:
            _write(page, self._answers, self._status.answers_total())
            self._process(page)

    def _process(self, page: Page) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        page.write(self._cpu, usage.ru_utime + usage.ru_stime)
        with open("/proc/self/statm", "rb") as file:
            virtual, resident, *_ = file.read().split()
        page.write(self._resident, int(resident) * self._page_size)
        page.write(self._virtual, int(virtual) * self._page_size)
        page.write(self._start, self._started)
        page.write(self._open_fds, len(os.listdir("/proc/self/fd")))
        page.write(self._max_fds, resource.getrlimit(resource.RLIMIT_NOFILE)[0])

    def close(self) -> None:
        """It holds nothing."""


def _by_name(family: Family) -> Callable[[str], Series]:
    handles: dict[str, Series] = {}

    def handle(name: str) -> Series:
        known = handles.get(name)
        if known is None:
            known = handles[name] = series(family, name, newborn=True)
        return known

    return handle


def _write(page: Page, handle: Callable[[str], Series], values: Mapping[str, int]) -> None:
    for name, value in values.items():
        page.write(handle(name), int(value))
