"""Which host this is."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from promscope_wire import ids

_MACHINE_IDS = ("etc/machine-id", "var/lib/dbus/machine-id")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Host:
    """`id` is part of the node ids of this host; `node` is its own node id."""

    id: str
    hostname: str

    @property
    def node(self) -> str:
        return ids.host(self.id)


def detect(rootfs: str = "/", host_id: str = "") -> Host:
    """The host whose root directory is `rootfs`; `host_id` overrides what it is derived from.

    Sources: machine-id(5) and hostname(5) below `rootfs`; the kernel's host name (uname(2))
    when `rootfs` is `/`, because a probe in a container sees its container's there.
    """
    root = Path(rootfs)
    hostname = os.uname().nodename if rootfs == "/" else _read(root / "etc/hostname")
    hostname = hostname or os.uname().nodename
    if host_id:
        return Host(host_id, hostname)
    machine_id = next(filter(None, (_read(root / path) for path in _MACHINE_IDS)), "")
    if not machine_id:
        log.warning(
            "no machine-id below %s: the host's id follows from its name %s alone; set --host.id"
            " if several hosts have this name",
            rootfs,
            hostname,
        )
    return Host(ids.derive_host_id(machine_id, hostname), hostname)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
