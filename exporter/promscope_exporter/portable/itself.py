"""The probe about itself, as psutil knows it."""

from __future__ import annotations

import psutil

from promscope_exporter.collectors.registry import collector
from promscope_exporter.collectors.self import SelfCollector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import series


@collector("self", order=90)
class PortableSelfCollector(SelfCollector):
    """As on Linux, without what only /proc tells."""

    def _process(self, page: Page) -> None:
        process = psutil.Process()
        cpu, memory = process.cpu_times(), process.memory_info()
        page.write(series(catalogue.OWN_CPU), cpu.user + cpu.system)
        page.write(series(catalogue.OWN_RESIDENT), memory.rss)
        page.write(series(catalogue.OWN_VIRTUAL), memory.vms)
        page.write(series(catalogue.OWN_START), process.create_time())
        page.write(series(catalogue.OWN_OPEN_FDS), process.num_fds())
