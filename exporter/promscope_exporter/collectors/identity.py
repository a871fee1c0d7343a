"""Which host this probe runs on: what every other series of the target is joined with."""

from __future__ import annotations

import os

from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import series
from promscope_exporter.sources import machine


@collector("identity", order=5)
class IdentityCollector:
    """`promscope_host_info`, from os-release(5) and uname(2). It is a collector of its own, so that
    who takes the numbers of hosts from elsewhere (`--no-collector.host`) keeps it."""

    def __init__(self, context: Context) -> None:
        system = os.uname()
        self._info = series(
            catalogue.HOST_INFO,
            context.host.id,
            context.host.hostname,
            machine.operating_system(context.settings.rootfs),
            system.release,
            system.machine,
        )

    def collect(self, page: Page) -> None:
        page.write(self._info, 1)

    def close(self) -> None:
        """It holds nothing."""
