"""Which host this probe runs on, as Python's platform module knows it."""

from __future__ import annotations

import platform

from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import series


@collector("identity", order=5)
class PortableIdentityCollector:
    """`promscope_host_info`."""

    def __init__(self, context: Context) -> None:
        self._info = series(
            catalogue.HOST_INFO,
            context.host.id,
            context.host.hostname,
            operating_system(),
            platform.release(),
            platform.machine(),
        )

    def collect(self, page: Page) -> None:
        page.write(self._info, 1)

    def close(self) -> None:
        """It holds nothing."""


def operating_system() -> str:
    """Name and version for people, such as `macOS 15.1`."""
    version = platform.mac_ver()[0]
    return f"macOS {version}" if version else f"{platform.system()} {platform.release()}"
