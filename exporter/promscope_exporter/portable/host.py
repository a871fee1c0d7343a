"""The host as psutil knows it."""

from __future__ import annotations

from collections.abc import Callable

import psutil

from promscope_exporter.collectors.registry import Context, Partial, collector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.catalogue import Family
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series

_MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")


@collector("host", order=10)
class PortableHostCollector:
    """The host families that psutil has a word for; pressure is Linux's alone."""

    def __init__(self, _context: Context) -> None:
        self._handles: dict[tuple[str, ...], Series] = {}

    def collect(self, page: Page) -> None:
        missing = []
        parts: tuple[Callable[[Page], None], ...] = (
            self._processors, self._memory, self._network, self._disks, self._filesystems,
        )  # fmt: skip
        for part in parts:
            try:
                part(page)
            except (psutil.Error, OSError, RuntimeError, NotImplementedError) as error:
                missing.append(f"{part.__name__.strip('_')}: {error}")
        if missing:
            raise Partial("; ".join(missing))

    def close(self) -> None:
        """It holds nothing."""

    def _write(self, page: Page, family: Family, value: float, *labels: str) -> None:
        key = (family.name, *labels)
        handle = self._handles.get(key)
        if handle is None:
            handle = self._handles[key] = series(family, *labels)
        page.write(handle, value)

    def _processors(self, page: Page) -> None:
        self._write(page, catalogue.HOST_CPU_CORES, psutil.cpu_count() or 1)
        self._write(page, catalogue.HOST_BOOT_TIME, psutil.boot_time())
        for mode, seconds in psutil.cpu_times()._asdict().items():
            if mode in _MODES:
                self._write(page, catalogue.HOST_CPU_SECONDS, seconds, mode)
        loads = (catalogue.HOST_LOAD1, catalogue.HOST_LOAD5, catalogue.HOST_LOAD15)
        for family, average in zip(loads, psutil.getloadavg(), strict=True):
            self._write(page, family, average)

    def _memory(self, page: Page) -> None:
        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        self._write(page, catalogue.HOST_MEMORY_TOTAL, memory.total)
        self._write(page, catalogue.HOST_MEMORY_AVAILABLE, memory.available)
        self._write(page, catalogue.HOST_MEMORY_FREE, memory.free)
        self._write(page, catalogue.HOST_SWAP_TOTAL, swap.total)
        self._write(page, catalogue.HOST_SWAP_FREE, swap.free)

    def _network(self, page: Page) -> None:
        for device, count in psutil.net_io_counters(pernic=True).items():
            if not device.startswith("lo"):
                self._write(page, catalogue.HOST_NETWORK_RECEIVE, count.bytes_recv, device)
                self._write(page, catalogue.HOST_NETWORK_TRANSMIT, count.bytes_sent, device)

    def _disks(self, page: Page) -> None:
        for device, count in psutil.disk_io_counters(perdisk=True).items():
            self._write(page, catalogue.HOST_DISK_READ, count.read_bytes, device)
            self._write(page, catalogue.HOST_DISK_WRITTEN, count.write_bytes, device)

    def _filesystems(self, page: Page) -> None:
        seen = set()
        for mount in psutil.disk_partitions(all=False):
            if mount.device in seen:
                continue
            seen.add(mount.device)
            try:
                usage = psutil.disk_usage(mount.mountpoint)
            except OSError:
                continue  # unmounted meanwhile, or a mount only its owner may see
            labels = (mount.device, mount.fstype, mount.mountpoint)
            self._write(page, catalogue.HOST_FILESYSTEM_SIZE, usage.total, *labels)
            self._write(page, catalogue.HOST_FILESYSTEM_AVAILABLE, usage.free, *labels)
