"""Podman with everything below one folder, answering on a Docker-compatible socket of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Self

from stack import tools
from tests.acceptance.patience import until

IMAGE = "localhost/t-podman:latest"

#: No right to raise limits is asked for, and no systemd; runc knows hybrid cgroups, crun does not.
_CONTAINERS = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
netns = "none"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
"""


def busybox(folder: Path) -> Path:
    """The root of a container: a shell and what it calls."""
    root = folder / "root"
    (root / "bin").mkdir(parents=True)
    shutil.copy(tools.find("busybox"), root / "bin/busybox")
    for name in ("sh", "sleep", "dd"):
        (root / f"bin/{name}").symlink_to("busybox")
    return root


class Podman:
    """Its service; use it as a context manager. What it made goes with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "podman.sock"
        self.address = f"unix://{self.socket}"
        self._service: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        folder = self._folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "containers.conf").write_text(_CONTAINERS)
        # vfs works on every filesystem, an overlay on another one does not
        (folder / "storage.conf").write_text(
            f'[storage]\ndriver = "vfs"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/graph"\n'
        )
        with open(folder / "podman.log", "wb") as log:
            self._service = subprocess.Popen(
                [tools.find("podman"), "system", "service", "--time=0", self.address],
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        try:
            until(self.socket.exists, "Podman's socket", 60)
            packed = subprocess.run(
                ["tar", "-c", "-C", busybox(folder), "."], check=True, capture_output=True
            ).stdout
            self.docker("import", "-", IMAGE, given=packed)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(
            [tools.find("podman"), "rm", "--all", "--force", "--time", "0"],
            env=self._environment(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        if self._service is not None:
            self._service.terminate()
            self._service.wait(timeout=60)

    def docker(self, *arguments: str, given: bytes = b"") -> str:
        """What Docker's command line says to it."""
        done = subprocess.run(
            [tools.find("docker"), "--host", self.address, *arguments],
            input=given,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "CONTAINERS_CONF": str(self._folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(self._folder / "storage.conf"),
        }
