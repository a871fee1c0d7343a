"""What containers use as their engine's statistics tell, through the Docker SDK.

Only for systems whose control groups cannot be read: the statistics cost the engine far more than
reading a group costs anybody. Source: Docker Engine API, section Get container stats.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker
from docker.errors import DockerException

from promscope_exporter.sources.cgroup import Usage

_NANOSECONDS = 1e9
_AT_ONCE = 4
_TIMEOUT_SECONDS = 5

log = logging.getLogger(__name__)


class EngineStats:
    """A thread that asks for all of `running` (engine address by full container id), waits
    `seconds`, and asks again. `latest` never waits."""

    def __init__(self, running: Callable[[], Mapping[str, str]], seconds: float) -> None:
        self._running = running
        self._seconds = seconds
        self._known: dict[str, dict[str, Any]] = {}
        self._clients: dict[str, docker.DockerClient] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="engine-stats", daemon=True)
        self._thread.start()

    def latest(self, container_id: str) -> tuple[Usage, Mapping[str, tuple[int, int]]] | None:
        """What it had used when it was last asked, and bytes received and transmitted by
        device; None: it was not yet, or the engine did not say."""
        stats = self._known.get(container_id)
        return None if stats is None else (usage(stats), devices(stats))

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=_TIMEOUT_SECONDS)

    def _follow(self) -> None:
        with ThreadPoolExecutor(_AT_ONCE, "engine-stats") as pool:
            while not self._stop.is_set():
                running = self._running()
                found = pool.map(lambda one: self._ask(*one), running.items())
                told = zip(running, found, strict=True)
                self._known = {one: stats for one, stats in told if stats is not None}
                self._stop.wait(self._seconds)
        for client in self._clients.values():
            client.close()

    def _ask(self, container_id: str, address: str) -> dict[str, Any] | None:
        if self._stop.is_set():
            return None
        try:
            client = self._clients.get(address)
            if client is None:
                client = docker.DockerClient(
                    base_url=address, timeout=_TIMEOUT_SECONDS, max_pool_size=_AT_ONCE
                )
                client = self._clients.setdefault(address, client)
            stats = client.api.stats(container_id, stream=False, one_shot=True)
        except (DockerException, OSError, ValueError) as error:
            log.debug("no statistics of container %s: %s", container_id[:12], error)
            return None
        return stats if isinstance(stats, dict) else None


def usage(stats: Mapping[str, Any]) -> Usage:
    """The words of the engine as those of a control group; what is missing or no number is None."""
    found = Usage()
    nanoseconds = _number(stats, "cpu_stats", "cpu_usage", "total_usage")
    if nanoseconds is not None:
        found.cpu_seconds = nanoseconds / _NANOSECONDS
    found.cpu_periods = _number(stats, "cpu_stats", "throttling_data", "periods")
    found.cpu_throttled_periods = _number(
        stats, "cpu_stats", "throttling_data", "throttled_periods"
    )
    throttled = _number(stats, "cpu_stats", "throttling_data", "throttled_time")
    if throttled is not None:
        found.cpu_throttled_seconds = throttled / _NANOSECONDS
    used = _number(stats, "memory_stats", "usage")
    if used is not None:
        inactive = _number(stats, "memory_stats", "stats", "total_inactive_file")
        if inactive is None:
            inactive = _number(stats, "memory_stats", "stats", "inactive_file")
        found.memory_working_set = max(0, used - (inactive or 0))
    for entry in _entries(stats):
        device = f"{entry.get('major')}:{entry.get('minor')}"
        value, way = entry.get("value"), str(entry.get("op")).lower()
        if isinstance(value, int) and way == "read":
            found.disk_read = {**(found.disk_read or {}), device: value}
        elif isinstance(value, int) and way == "write":
            found.disk_written = {**(found.disk_written or {}), device: value}
    return found


def devices(stats: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Bytes received and transmitted by network device."""
    networks = stats.get("networks")
    found = {}
    for name in networks if isinstance(networks, dict) else ():
        received = _number(stats, "networks", name, "rx_bytes")
        transmitted = _number(stats, "networks", name, "tx_bytes")
        if received is not None and transmitted is not None:
            found[name] = (received, transmitted)
    return found


def _entries(stats: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    blkio = stats.get("blkio_stats")
    entries = blkio.get("io_service_bytes_recursive") if isinstance(blkio, dict) else None
    return [one for one in entries or () if isinstance(one, dict)]


def _number(stats: Any, *path: str) -> int | None:
    for name in path:
        stats = stats.get(name) if isinstance(stats, dict) else None
    return stats if isinstance(stats, int) and not isinstance(stats, bool) and stats >= 0 else None
