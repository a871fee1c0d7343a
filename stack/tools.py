"""What `make test` needs of the machine: named, and installed where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from stack.refusal import Refusal
from stack.terminal import step

#: Program → the Debian package that has it.
PROGRAMS: Mapping[str, str] = {
    "amtool": "prometheus-alertmanager",
    "busybox": "busybox-static",
    "chromium": "chromium",
    "containerd": "containerd",
    "ctr": "containerd",
    "dockerd": "docker.io",
    "haproxy": "haproxy",
    "initdb": "postgresql",
    "ip": "iproute2",
    "ldd": "libc-bin",
    "podman": "podman",
    "postgres": "postgresql",
    "prometheus": "prometheus",
    "prometheus-node-exporter": "prometheus-node-exporter",
    "promtool": "prometheus",
    "redis-server": "redis-server",
    "runc": "runc",
    "sudo": "sudo",
    "systemd-analyze": "systemd",
}
#: Folders with programs that are only on the PATH of root.
SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"
#: Where Debian keeps the programs of each version of PostgreSQL.
VERSIONED = Path("/usr/lib/postgresql")


def find(program: str) -> str:
    """Its path; folders that are not on everybody's PATH are looked through too."""
    path = f"{os.environ.get('PATH', os.defpath)}:{SYSTEM}:{_postgresql()}"
    return shutil.which(program, path=path) or ""


def _postgresql() -> str:
    """The folders of VERSIONED, the newest first."""
    return ":".join(map(str, sorted(VERSIONED.glob("*/bin"), reverse=True)))


def missing(*programs: str) -> list[str]:
    """The packages, sorted, of those programs (all by default) that are not here."""
    return sorted({PROGRAMS[name] for name in programs or PROGRAMS if not find(name)})


def install() -> None:
    """Install what is missing. Raises Refusal where this user or this system cannot."""
    packages = missing()
    if not packages:
        return
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise Refusal(f"The tests need programs that these Debian packages hold: {names}")
    if os.geteuid() != 0:
        raise Refusal(f"The tests need more programs: sudo apt install {names}")
    with step(f"installing {names}"), _NoServices():
        _apt("update")
        _apt("install", "-y", "--no-install-recommends", *packages)


class _NoServices:
    """While this lasts, a package that is installed starts no service of its own."""

    _policy = Path("/usr/sbin/policy-rc.d")

    def __enter__(self) -> None:
        self._made = not self._policy.exists()
        if self._made:
            descriptor = os.open(self._policy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755)
            with open(descriptor, "w") as file:
                file.write("#!/bin/sh\nexit 101\n")

    def __exit__(self, *_: object) -> None:
        if self._made:
            self._policy.unlink()


def _apt(*arguments: str) -> None:
    done = subprocess.run(
        ["apt-get", "-q", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise Refusal(f"apt-get {arguments[0]} failed:\n{tail}")
