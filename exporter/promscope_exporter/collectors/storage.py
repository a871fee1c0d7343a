"""What containers occupy on disks: their writable layers and their volumes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series
from promscope_exporter.inventory import Container
from promscope_exporter.sources.disk_usage import DiskUsage, TooLarge
from promscope_wire.frames import ContainerRecord

#: A folder is added up again after so long; new ones are looked for more often (seconds).
INTERVAL_SECONDS = 300.0
_LOOK_SECONDS = 5.0
#: The share of one processor that adding up may use.
MAX_SHARE = 0.002
_STEP = 200
MAX_VOLUMES = 8


@dataclass(slots=True)
class _Measured:
    """`bytes` None: it cannot be known. `at`: monotonic."""

    bytes: int | None
    at: float


@dataclass(slots=True)
class _Handles:
    name: str
    by_volume: dict[str | None, Series] = field(default_factory=dict)


@collector("storage", order=25)
class StorageCollector:
    """writable_layer_bytes and volume_bytes of the containers.

    A thread of its own adds up the files, each folder every five minutes and no faster than
    `MAX_SHARE` of a processor allows; a collection only writes what is known by then. Bytes are
    those the filesystem has allotted, as du(1) counts them. Bind mounts are not added up: they may
    be the whole host.
    """

    def __init__(self, context: Context) -> None:
        self._inventory = context.inventory
        self._clock = context.clock
        self._status = context.status
        self._root = context.settings.rootfs.rstrip("/")
        self._known: dict[str, _Measured] = {}
        self._handles: dict[str, _Handles] = {}
        self._cut: set[str] = set()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def collect(self, page: Page) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._follow, name="storage", daemon=True)
            self._thread.start()
        containers = self._inventory.containers()
        for node in self._handles.keys() - containers.keys():
            del self._handles[node]
        self._cut &= containers.keys()
        for node, container in containers.items():
            if not container.removed:
                self._write(page, node, container.record)

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _write(self, page: Page, node: str, record: ContainerRecord) -> None:
        handles = self._handles.get(node)
        if handles is None or handles.name != record.name:
            handles = self._handles[node] = _Handles(record.name)
        for volume, folder in _folders(record).items():
            measured = self._known.get(folder)
            if measured is None or measured.bytes is None:
                continue
            handle = handles.by_volume.get(volume)
            if handle is None:
                handle = handles.by_volume[volume] = _series(record, volume)
            page.write(handle, measured.bytes)
        if len(_volumes(record)) > MAX_VOLUMES and node not in self._cut:
            self._cut.add(node)
            self._status.dropped("volumes", len(_volumes(record)) - MAX_VOLUMES)

    def _follow(self) -> None:
        while not self._stop.is_set():
            wanted = _wanted(self._inventory.containers().values())
            self._known = {path: one for path, one in self._known.items() if path in wanted}
            for folder in wanted:
                known = self._known.get(folder)
                now = self._clock.monotonic()
                if known is None or now - known.at >= INTERVAL_SECONDS:
                    self._known = {**self._known, folder: _Measured(self._measure(folder), now)}
                if self._stop.is_set():
                    return
            self._stop.wait(_LOOK_SECONDS)

    def _measure(self, folder: str) -> int | None:
        try:
            usage = DiskUsage(self._root + folder)
        except PermissionError as error:
            self._status.capability("storage", False, str(error))
            return None
        except OSError:
            return None  # it went with its container, or is of an engine elsewhere
        self._status.capability("storage", True)
        try:
            done = False
            while not done:
                begun = time.thread_time()
                done = usage.step(_STEP)
                if self._stop.wait((time.thread_time() - begun) / MAX_SHARE):
                    return None
        except TooLarge:
            self._status.dropped("storage")
            return None
        finally:
            usage.close()
        return usage.bytes


def _volumes(record: ContainerRecord) -> Mapping[str, str]:
    return {one.name: one.source for one in record.mounts if one.name and one.source}


def _folders(record: ContainerRecord) -> Mapping[str | None, str]:
    """By the name of the volume, None for the writable layer."""
    found: dict[str | None, str] = {None: record.layer} if record.layer else {}
    found.update(list(_volumes(record).items())[:MAX_VOLUMES])
    return found


def _wanted(containers: Iterable[Container]) -> dict[str, None]:
    present = (one.record for one in containers if not one.removed)
    return {folder: None for record in present for folder in _folders(record).values()}


def _series(record: ContainerRecord, volume: str | None) -> Series:
    if volume is None:
        return series(catalogue.CONTAINER_WRITABLE_LAYER, record.id[:12], record.name)
    return series(catalogue.CONTAINER_VOLUME, record.id[:12], record.name, volume)
