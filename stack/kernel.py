"""The two kernel settings that make UDP and bridged traffic visible: set, and put back.

`net.netfilter.nf_conntrack_acct` makes the kernel count bytes per flow (only of flows that
start later); `net.bridge.bridge-nf-call-iptables` lets it see traffic between containers of
one bridge. Both need root; `python -m stack.rooted` is what runs this.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_OLDEST = (4, 9)


@dataclass(frozen=True, slots=True)
class Setting:
    """A kernel setting that must be 1, the module it lives in, and what it is good for."""

    name: str
    module: str
    purpose: str


SETTINGS = (
    Setting("net.netfilter.nf_conntrack_acct", "nf_conntrack", "bytes of UDP and NAT flows"),
    Setting(
        "net.bridge.bridge-nf-call-iptables",
        "br_netfilter",
        "traffic inside a bridge; it passes iptables while this is on",
    ),
)


def _file(name: str, root: Path) -> Path:
    return root.joinpath(*name.split("."))


def apply(root: Path = Path("/proc/sys")) -> dict[str, str | None]:
    """Switch the settings on; returns those that were changed with their former value.

    None stands for a kernel module that was not loaded before. A setting this kernel does not
    have, or does not let us write (a container without privileges), is left out.
    """
    former: dict[str, str | None] = {}
    for setting in SETTINGS:
        file = _file(setting.name, root)
        loaded = file.exists() or not _modprobe(setting.module)
        try:
            value = file.read_text().strip()
            if value != "1":
                file.write_text("1\n")
        except OSError:
            continue
        if not loaded:
            former[setting.name] = None
        elif value != "1":
            former[setting.name] = value
    return former


def restore(former: Mapping[str, str | None], root: Path = Path("/proc/sys")) -> list[str]:
    """Put the former values back; returns the names that could not be restored."""
    failed = []
    modules = {setting.name: setting.module for setting in SETTINGS}
    for name, value in former.items():
        if value is None and _modprobe("-r", modules[name]):
            continue
        try:
            _file(name, root).write_text(f"{value or 0}\n")
        except OSError:
            failed.append(name)
    return failed


def _modprobe(*arguments: str) -> bool:
    try:
        done = subprocess.run(["modprobe", *arguments], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def too_old(release: str) -> str | None:
    """A sentence if the kernel of this release (uname -r) lacks what connections need."""
    found = re.match(r"(\d+)\.(\d+)", release)
    if found is None or (int(found[1]), int(found[2])) >= _OLDEST:
        return None
    return (
        f"Linux {release} is older than {_OLDEST[0]}.{_OLDEST[1]}: hosts, containers and processes"
        " are shown, connections and their bytes only in part. A newer kernel is the remedy."
    )
