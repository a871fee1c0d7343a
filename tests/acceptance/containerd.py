"""containerd with everything below one folder, and nothing that explains its containers."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
from pathlib import Path
from typing import Self

from stack import tools
from tests.acceptance.patience import until
from tests.acceptance.podman import busybox

_CONFIGURATION = """\
version = 2
root = "{folder}/lib"
state = "{folder}/run"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{folder}/containerd.sock"
[ttrpc]
  address = "{folder}/containerd.sock.ttrpc"
"""


class Containerd:
    """Use it as a context manager. What it made goes with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._made: list[str] = []

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        configuration = self._folder / "config.toml"
        configuration.write_text(_CONFIGURATION.format(folder=self._folder))
        self._root = busybox(self._folder)
        with open(self._folder / "containerd.log", "wb") as log:
            self._process = subprocess.Popen(
                [tools.find("containerd"), "--config", configuration], stdout=log, stderr=log
            )
        until(lambda: self._ctr("version"), "containerd", 60)
        return self

    def __exit__(self, *_: object) -> None:
        for container_id in list(self._made):
            with contextlib.suppress(AssertionError):
                self.remove(container_id)
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=60)

    def run(self, *options: str) -> str:
        """Start a container; its id, of the kind that the kubelet has containerd use."""
        container_id = secrets.token_hex(32)
        self._made.append(container_id)
        command = ("/bin/sh", "-c", "/bin/sleep 1000")
        self._ctr("run", "-d", *options, "--rootfs", str(self._root), container_id, *command)
        return container_id

    def remove(self, container_id: str) -> None:
        self._made.remove(container_id)
        self._ctr("tasks", "delete", "--force", container_id)
        self._ctr("containers", "delete", container_id)

    def _ctr(self, *arguments: str) -> str:
        done = subprocess.run(
            [tools.find("ctr"), "--address", self._folder / "containerd.sock", *arguments],
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()
