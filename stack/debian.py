"""Debian and Ubuntu packages unpacked into a folder: never installed, no root needed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

Run = Callable[[Sequence[str]], bool]


def works(command: Sequence[str]) -> bool:
    """True if the command ends with status 0 within five minutes; its output is dropped."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def unpack(packages: Sequence[str], folder: Path, run: Run = works) -> bool:
    """Download the packages and unpack them below `folder`; false if that is not possible here.

    `apt-get download` needs no root, only package lists; on a machine without any, a list of
    our own is fetched into the folder.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return False
    archives = folder / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    if not _download(packages, archives, [], run):
        own = _own_lists(folder / "apt")
        if not (run(["apt-get", *own, "update"]) and _download(packages, archives, own, run)):
            return False
    return all(run(["dpkg", "-x", str(one), str(folder)]) for one in archives.glob("*.deb"))


def _download(packages: Sequence[str], folder: Path, options: Sequence[str], run: Run) -> bool:
    inside = 'cd "$1" && shift && exec apt-get "$@"'
    return run(["sh", "-c", inside, "sh", str(folder), *options, "download", *packages])


def _own_lists(folder: Path) -> list[str]:
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return [
        *("-o", f"Dir::State::lists={folder / 'lists'}"),
        *("-o", f"Dir::Cache={folder / 'cache'}"),
        *("-o", "APT::Sandbox::User="),
    ]
