"""The host: processors, memory, filesystems, load, network and disk bytes, pressure."""

from __future__ import annotations

import os

from promscope_exporter.collectors.registry import Context, Partial, collector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.catalogue import Family
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series
from promscope_exporter.sources import machine

_MEMORY = {
    "MemTotal": catalogue.HOST_MEMORY_TOTAL,
    "MemAvailable": catalogue.HOST_MEMORY_AVAILABLE,
    "MemFree": catalogue.HOST_MEMORY_FREE,
    "SwapTotal": catalogue.HOST_SWAP_TOTAL,
    "SwapFree": catalogue.HOST_SWAP_FREE,
}
_LOADS = (catalogue.HOST_LOAD1, catalogue.HOST_LOAD5, catalogue.HOST_LOAD15)


@collector("host", order=10)
class HostCollector:
    """Every host family, from procfs(5), sysfs(5) and statvfs(3) below the root directory."""

    def __init__(self, context: Context) -> None:
        self._procfs = context.procfs
        self._sysfs = context.settings.sysfs
        self._rootfs = context.settings.rootfs
        self._status = context.status
        self._handles: dict[tuple[str, ...], Series] = {}

    def collect(self, page: Page) -> None:
        missing = []
        for part in (
            self._stat,
            self._memory,
            self._load,
            self._network,
            self._disks,
            self._filesystems,
            self._pressure,
        ):
            try:
                part(page)
            except (OSError, ValueError, IndexError, OverflowError) as error:
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

    def _stat(self, page: Page) -> None:
        stat = machine.stat(self._procfs.read("stat"))
        self._write(page, catalogue.HOST_CPU_CORES, stat.cores)
        self._write(page, catalogue.HOST_BOOT_TIME, stat.boot_time)
        for mode, seconds in stat.cpu_seconds.items():
            self._write(page, catalogue.HOST_CPU_SECONDS, seconds, mode)

    def _memory(self, page: Page) -> None:
        memory = machine.meminfo(self._procfs.read("meminfo"))
        for key, family in _MEMORY.items():
            if key in memory:
                self._write(page, family, memory[key])

    def _load(self, page: Page) -> None:
        averages = self._procfs.read("loadavg").split()[:3]
        for family, average in zip(_LOADS, averages, strict=True):
            self._write(page, family, float(average))

    def _network(self, page: Page) -> None:
        # the namespace of process 1 is the host's even when the probe has its own
        for device, (received, sent) in machine.network(self._procfs.read("1/net/dev")).items():
            if device != "lo":
                self._write(page, catalogue.HOST_NETWORK_RECEIVE, received, device)
                self._write(page, catalogue.HOST_NETWORK_TRANSMIT, sent, device)

    def _disks(self, page: Page) -> None:
        whole = machine.whole_disks(self._sysfs)
        for device, (read, written) in machine.diskstats(self._procfs.read("diskstats")).items():
            if device in whole:
                self._write(page, catalogue.HOST_DISK_READ, read, device)
                self._write(page, catalogue.HOST_DISK_WRITTEN, written, device)

    def _filesystems(self, page: Page) -> None:
        for mount in machine.mounts(self._procfs.read("1/mounts")):
            try:
                size = os.statvfs(self._rootfs.rstrip("/") + mount.point)
            except OSError:
                continue  # unmounted meanwhile, or a mount only its owner may see
            labels = (mount.device, mount.type, mount.point)
            self._write(
                page, catalogue.HOST_FILESYSTEM_SIZE, size.f_blocks * size.f_frsize, *labels
            )
            available = size.f_bavail * size.f_frsize
            self._write(page, catalogue.HOST_FILESYSTEM_AVAILABLE, available, *labels)

    def _pressure(self, page: Page) -> None:
        for resource in ("cpu", "memory", "io"):
            try:
                text = self._procfs.read(f"pressure/{resource}")
            except OSError:
                self._status.capability("psi", False)
                return
            for stall, seconds in machine.pressure(text).items():
                self._write(page, catalogue.HOST_PRESSURE, seconds, resource, stall)
        self._status.capability("psi", True)
