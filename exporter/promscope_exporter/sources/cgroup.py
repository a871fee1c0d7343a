"""Control groups: which container a process is in, and what a container has used.

Works on cgroup v1, v2, and the hybrid of both (v1 controllers beside a v2 tree). Sources:
cgroups(7), Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst of the kernel.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from promscope_exporter.sources.machine import pressure
from promscope_exporter.sources.procfs import Procfs

_CONTAINER = re.compile(
    r"/(?:docker-|containerd-|cri-containerd-|crio-|libpod-)?([0-9a-f]{64})(?:\.scope)?(?=/|$)",
    re.MULTILINE,
)
_LIKELY_PLACES = ("docker/{}", "system.slice/docker-{}.scope", "machine.slice/libpod-{}.scope")
_RESOURCES = ("cpu", "memory", "io")
_NANOSECONDS = 1e9
_MICROSECONDS = 1e6
_UNIFIED = ""
_MAX_FILE_BYTES = 1 << 16


@dataclass(slots=True)
class Usage:
    """What a group and those below it used since it was made; None: this kernel or setting
    does not tell. Bytes of disks are by device, `pressure` is by (resource, stall), in seconds."""

    cpu_seconds: float | None = None
    cpu_periods: int | None = None
    cpu_throttled_periods: int | None = None
    cpu_throttled_seconds: float | None = None
    memory_used: int | None = None
    memory_working_set: int | None = None
    disk_read: dict[str, int] | None = None
    disk_written: dict[str, int] | None = None
    oom_kills: int | None = None
    pressure: dict[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its directory by controller; that of the v2 tree under the empty name."""

    directories: Mapping[str, str]

    def usage(self, before: Usage | None = None) -> Usage:
        """Read it now. Files that are missing or unreadable leave None. `before` is given back
        where no processor and as much memory was used since: the rest is not read then."""
        usage = Usage()
        unified = self.directories.get(_UNIFIED)
        old = "memory" in self.directories or "cpuacct" in self.directories
        cpu: dict[str, int] = {}
        if old:
            directory = self.directories.get
            nanoseconds = _number(directory("cpuacct"), "cpuacct.usage")
            usage.cpu_seconds = None if nanoseconds is None else nanoseconds / _NANOSECONDS
            usage.memory_used = _number(directory("memory"), "memory.usage_in_bytes")
        elif unified is not None:
            cpu = _table(unified, "cpu.stat")
            if "usage_usec" in cpu:
                usage.cpu_seconds = cpu["usage_usec"] / _MICROSECONDS
            usage.memory_used = _number(unified, "memory.current")
        if before is not None and usage.cpu_seconds is not None:
            now = usage.cpu_seconds, usage.memory_used
            if now == (before.cpu_seconds, before.memory_used):
                return before
        if unified is not None:
            for resource in _RESOURCES:
                text = _file(unified, f"{resource}.pressure")
                for stall, seconds in pressure(text or b"").items():
                    usage.pressure[resource, stall] = seconds
        if old:
            self._read_v1(usage)
        elif unified is not None:
            _read_v2(unified, cpu, usage)
        return usage

    def _read_v1(self, usage: Usage) -> None:
        directory = self.directories.get
        _throttling(usage, _table(directory("cpu"), "cpu.stat"), "throttled_time", _NANOSECONDS)
        if usage.memory_used is not None:
            inactive = _one(directory("memory"), "memory.stat", b"total_inactive_file")
            usage.memory_working_set = max(0, usage.memory_used - inactive)
        usage.oom_kills = _table(directory("memory"), "memory.oom_control").get("oom_kill")
        for name in (
            "blkio.throttle.io_service_bytes_recursive",
            "blkio.throttle.io_service_bytes",
        ):
            text = _file(directory("blkio"), name)
            if text is not None:
                usage.disk_read, usage.disk_written = _blkio(text)
                return


class Cgroups:
    """The groups of the host whose procfs and sysfs are given."""

    def __init__(self, procfs: Procfs, sysfs: str = "/sys") -> None:
        self._procfs = procfs
        self._root = f"{sysfs}/fs/cgroup"
        self._mounts: dict[str, str | None] = {}
        pure, hybrid = self._root, f"{self._root}/unified"
        self._unified = next(
            (place for place in (hybrid, pure) if Path(place, "cgroup.controllers").exists()), None
        )

    @property
    def version(self) -> str:
        """`v1`, `v2` or `hybrid`."""
        if self._unified is None:
            return "v1"
        return "v2" if self._unified == self._root else "hybrid"

    def container_ids(self, pid: int) -> tuple[str, ...]:
        """The containers (64 hex digits) that process `pid` is in, the outermost first: more
        than one where an engine runs inside a container. Raises OSError when it is gone."""
        return container_ids(self._procfs.read(f"{pid}/cgroup").decode("utf-8", "replace"))

    def unified_id(self, pid: int) -> int | None:
        """The number that the kernel gives the process's group in the v2 tree (its inode, as in
        INET_DIAG_CGROUP_ID); None without such a tree or process."""
        directory = self._find(pid).get(_UNIFIED)
        if directory is None:
            return None
        try:
            return os.stat(directory).st_ino  # noqa: PTH116 - hot path
        except (OSError, ValueError):
            return None

    def group(self, pid: int, container_id: str = "") -> Group | None:
        """The group of process `pid`; None when it is gone, or (with `container_id`) no longer
        in that container: the number was given to another process."""
        directories = self._find(pid, container_id)
        return Group(directories) if directories else None

    def _find(self, pid: int, container_id: str = "") -> dict[str, str]:
        try:
            text = self._procfs.read(f"{pid}/cgroup").decode("utf-8", "surrogateescape")
        except OSError:
            return {}
        if container_id and container_id not in container_ids(text):
            return {}
        found = {}
        for line in text.splitlines():
            number, _, rest = line.partition(":")
            controllers, _, path = rest.partition(":")
            names = [_UNIFIED] if number == "0" else controllers.split(",")
            for name in names:
                mount = self._mount(name, controllers)
                directory = self._directory(mount, path) if mount else None
                if directory:
                    found[name] = directory
        return found

    def _mount(self, controller: str, together: str) -> str | None:
        if controller == _UNIFIED:
            return self._unified
        if controller not in self._mounts:
            places = (f"{self._root}/{together}", f"{self._root}/{controller}")
            self._mounts[controller] = next(
                (place for place in places if _is_directory(place)), None
            )
        return self._mounts[controller]

    def _directory(self, mount: str, path: str) -> str | None:
        if not path.startswith("/.."):
            return mount + path.rstrip("/")
        # a probe with a cgroup namespace of its own sees paths relative to its own group
        inside = container_ids(path)
        for place in _LIKELY_PLACES if inside else ():
            directory = f"{mount}/{place.format(inside[-1])}"
            if _is_directory(directory):
                return directory
        return None


def container_ids(text: str) -> tuple[str, ...]:
    """The container ids in the lines of a /proc/PID/cgroup file, the outermost first."""
    for line in text.splitlines():
        found = _CONTAINER.findall(line)
        if found:
            return tuple(found)
    return ()


def _is_directory(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for a path that is too long


def _read_v2(directory: str, cpu: Mapping[str, int], usage: Usage) -> None:
    _throttling(usage, cpu, "throttled_usec", _MICROSECONDS)
    if usage.memory_used is not None:
        inactive = _one(directory, "memory.stat", b"inactive_file")
        usage.memory_working_set = max(0, usage.memory_used - inactive)
    usage.oom_kills = _table(directory, "memory.events").get("oom_kill")
    text = _file(directory, "io.stat")
    if text is not None:
        usage.disk_read, usage.disk_written = _io_stat(text)


def _throttling(usage: Usage, stat: Mapping[str, int], time_key: str, unit: float) -> None:
    if "nr_periods" in stat:
        usage.cpu_periods = stat["nr_periods"]
        usage.cpu_throttled_periods = stat.get("nr_throttled", 0)
        usage.cpu_throttled_seconds = stat.get(time_key, 0) / unit


def _file(directory: str | None, name: str) -> bytes | None:
    if directory is None:
        return None
    try:
        descriptor = os.open(f"{directory}/{name}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            return os.read(descriptor, _MAX_FILE_BYTES)
        finally:
            os.close(descriptor)
    except (OSError, ValueError):  # ValueError: a path with NUL
        return None


def _number(directory: str | None, name: str) -> int | None:
    text = _file(directory, name)
    return int(text) if text and _counted(text.strip()) else None


def _counted(text: bytes | str) -> bool:
    """Whether it is a number as the kernel writes one: 64 bits have 20 digits at most."""
    return text.isdigit() and len(text) <= 20


def _table(directory: str | None, name: str) -> dict[str, int]:
    """Lines of a name and a number."""
    pairs = (line.split(b" ") for line in (_file(directory, name) or b"").splitlines())
    return {
        pair[0].decode("ascii", "replace"): int(pair[1])
        for pair in pairs
        if len(pair) == 2 and _counted(pair[1])
    }


def _one(directory: str | None, name: str, wanted: bytes) -> int:
    """One of such lines, of a file of many; 0 where it is not there."""
    for line in (_file(directory, name) or b"").splitlines():
        if line.startswith(wanted):
            number = line[len(wanted) + 1 :]
            if _counted(number):
                return int(number)
    return 0


def _blkio(text: bytes) -> tuple[dict[str, int], dict[str, int]]:
    """`8:0 Read 123` lines: what was read and written by device."""
    read: dict[str, int] = {}
    written: dict[str, int] = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and _counted(words[2]):
            counted = {b"Read": read, b"Write": written}.get(words[1])
            if counted is not None:
                counted[words[0].decode("ascii", "replace")] = int(words[2])
    return read, written


def _io_stat(text: bytes) -> tuple[dict[str, int], dict[str, int]]:
    """`8:0 rbytes=1 wbytes=2 …` lines: what was read and written by device."""
    read: dict[str, int] = {}
    written: dict[str, int] = {}
    for line in text.splitlines():
        device = ""
        for word in line.decode("ascii", "replace").split():
            name, is_pair, value = word.partition("=")
            if not is_pair:
                device = word  # some kernels put devices without numbers in front of it
            counted = {"rbytes": read, "wbytes": written}.get(name)
            if counted is not None and _counted(value):
                counted[device] = int(value)
    return read, written
