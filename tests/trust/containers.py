"""Real containers for the tests of control, from this machine's own busybox."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from stack import engine

PREFIX = "t-trust-"
IMAGE = f"{PREFIX}busybox"

#: Ends at once when it is told to; `sleep` as process 1 would not hear SIGTERM.
OBEDIENT = ("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done")
DEAF = ("sleep", "600")


def docker(*arguments: str, content: bytes | None = None) -> str:
    """The standard output of a docker command. Raises CalledProcessError."""
    done = subprocess.run(["docker", *arguments], input=content, capture_output=True, check=True)
    return done.stdout.decode().strip()


def make_image() -> None:
    found = shutil.which("busybox")
    assert found, "install busybox-static"
    busybox = Path(found).read_bytes()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name in ("busybox", "sh", "sleep", "head", "tr", "stty", "id"):
            entry = tarfile.TarInfo(f"bin/{name}")
            entry.mode, entry.size = 0o755, len(busybox)
            tar.addfile(entry, io.BytesIO(busybox))
    docker("import", "-", IMAGE, content=archive.getvalue())


@contextmanager
def machine() -> Iterator[None]:
    """An engine with the image; before and after it none of these tests' containers are there."""
    with engine.running():
        remove_all()
        make_image()
        try:
            yield
        finally:
            remove_all()


def run(name: str, *command: str, options: Sequence[str] = ()) -> str:
    """Start a container; its full id."""
    named = ("--network", "none", "--name", PREFIX + name, *options)
    return docker("run", "-d", *named, IMAGE, *command)


def feed(container_id: str, content: bytes) -> None:
    """Give a container that was started with `-i` something to read."""
    docker("attach", "--no-stdin=false", "--sig-proxy=false", container_id, content=content)


def logged(container_id: str) -> str:
    """Both outputs, as far as the engine has them."""
    done = subprocess.run(["docker", "logs", container_id], capture_output=True, check=True)
    return (done.stdout + done.stderr).decode()


def state(container_id: str) -> str:
    return docker("inspect", "-f", "{{.State.Status}}", container_id)


def exists(container_id: str) -> bool:
    done = subprocess.run(["docker", "inspect", container_id], capture_output=True, check=False)
    return done.returncode == 0


def remove_all() -> None:
    """Every container and image of these tests, whatever became of them."""
    names = docker("ps", "-aq", "--filter", f"name=^/{PREFIX}").split()
    if names:
        docker("rm", "-f", *names)
    if docker("images", "-q", IMAGE):
        docker("rmi", "-f", IMAGE)
