"""What procfs and sysfs tell about the machine as a whole; parsers of their formats (proc(5))."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_SECTOR_BYTES = 512
_CPU_MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
#: Kernel-made filesystems and container layers: they have no space of their own to watch.
_VIRTUAL_TYPES = (
    "autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fuse.lxcfs"
    " fusectl hugetlbfs iso9660 mqueue nsfs overlay proc pstore ramfs rpc_pipefs securityfs"
    " selinuxfs squashfs sysfs tmpfs tracefs"
)
#: A dead server blocks statvfs for ever.
_REMOTE_TYPES = "9p afs ceph cifs fuse.sshfs glusterfs nfs nfs4 smb3 smbfs"
_SKIPPED_TYPES = frozenset(f"{_VIRTUAL_TYPES} {_REMOTE_TYPES}".split())
_ENGINE_MOUNTS = re.compile(
    r"/(dev|proc|sys|run|var/lib/(docker|containerd|kubelet|containers))/.+"
)
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Stat:
    """/proc/stat: processors online, seconds by mode, boot time in Unix seconds."""

    cores: int
    cpu_seconds: Mapping[str, float]
    boot_time: int


@dataclass(frozen=True, slots=True)
class Mount:
    device: str
    type: str
    point: str


def stat(text: bytes) -> Stat:
    cores = 0
    modes: dict[str, float] = {}
    boot_time = 0
    for line in text.splitlines():
        if line.startswith(b"cpu "):
            ticks = map(int, line.split()[1:])
            modes = {
                mode: tick / _TICKS_PER_SECOND
                for mode, tick in zip(_CPU_MODES, ticks, strict=False)
            }
        elif line.startswith(b"cpu"):
            cores += 1
        elif line.startswith(b"btime "):
            boot_time = int(line.split()[1])
    return Stat(cores, modes, boot_time)


def meminfo(text: bytes) -> dict[str, int]:
    """/proc/meminfo in bytes."""
    values = {}
    for line in text.decode().splitlines():
        name, _, rest = line.partition(":")
        number, *unit = rest.split()
        values[name] = int(number) * (1024 if unit else 1)
    return values


def network(text: bytes) -> dict[str, tuple[int, int]]:
    """/proc/PID/net/dev: device → bytes received and transmitted."""
    devices = {}
    for line in text.splitlines()[2:]:
        name, _, rest = line.rpartition(b":")
        fields = rest.split()
        if len(fields) >= 16:
            device = name.strip().decode("utf-8", "backslashreplace")
            devices[device] = (int(fields[0]), int(fields[8]))
    return devices


def diskstats(text: bytes) -> dict[str, tuple[int, int]]:
    """/proc/diskstats: device → bytes read and written (Documentation/admin-guide/iostats.rst)."""
    disks = {}
    for line in text.decode("utf-8", "backslashreplace").splitlines():
        fields = line.split()
        if len(fields) >= 10:
            disks[fields[2]] = (int(fields[5]) * _SECTOR_BYTES, int(fields[9]) * _SECTOR_BYTES)
    return disks


def whole_disks(sysfs: str) -> frozenset[str]:
    """Disks that are no partition, loop or RAM disk."""
    names = os.listdir(f"{sysfs}/block")
    return frozenset(
        name.replace("!", "/") for name in names if not name.startswith(("loop", "ram", "zram"))
    )


def mounts(text: bytes) -> list[Mount]:
    """/proc/PID/mounts: local filesystems that hold data, each mount point once.

    Remote ones are left out: asking a server that is gone never returns.
    """
    found: dict[str, Mount] = {}
    devices: set[str] = set()
    for line in text.decode("utf-8", "backslashreplace").splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        device, point, kind = (_OCTAL.sub(_character, field) for field in fields[:3])
        if kind in _SKIPPED_TYPES or _ENGINE_MOUNTS.match(point):
            continue
        # the first mount of a device is its own, later ones are bind mounts
        if device not in devices:
            devices.add(device)
            found[point] = Mount(device, kind, point)
    return list(found.values())


def pressure(text: bytes) -> dict[str, float]:
    """A PSI file: `some` and `full` → seconds (Documentation/accounting/psi.rst)."""
    totals = {}
    for line in text.decode("ascii", "replace").splitlines():
        stall, *fields = line.split() or [""]
        total = next((field[6:] for field in fields if field.startswith("total=")), "")
        if total.isdecimal() and len(total) <= 20:  # 64 bits
            totals[stall] = int(total) / 1_000_000
    return totals


def operating_system(rootfs: str) -> str:
    """PRETTY_NAME of os-release(5), else the kernel's name."""
    for path in ("etc/os-release", "usr/lib/os-release"):
        try:
            with open(os.path.join(rootfs, path), encoding="utf-8", errors="replace") as file:
                for line in file:
                    if line.startswith("PRETTY_NAME="):
                        return line.partition("=")[2].strip().strip("\"'")
        except OSError:
            continue
    return os.uname().sysname


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 8))
