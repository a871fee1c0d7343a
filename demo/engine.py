"""The Docker Engine through its command line, which is on every machine that has an engine."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

from stack.refusal import Refusal

_MARKER = "io.promscope.demo"


def docker(*arguments: str, content: bytes | None = None) -> str:
    """What the command printed. Raises Refusal with what docker said."""
    try:
        done = subprocess.run(
            ["docker", *arguments], input=content, capture_output=True, timeout=120, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refusal(
            f"The Docker Engine does not answer (docker {arguments[0]} took over two minutes)."
            " Is it healthy? docker info"
        ) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise Refusal(f"docker {' '.join(arguments[:3])}: {said[-800:]}")
    return done.stdout.decode("utf-8", "replace").strip()


def check() -> None:
    """Raises Refusal with the remedy unless this user can use a running engine."""
    if shutil.which("docker") is None:
        raise Refusal(
            "There is no docker command. On Debian and Ubuntu: sudo apt install docker.io"
        )
    try:
        docker("version", "--format", "{{.Server.Version}}")
    except Refusal as refusal:
        if "permission denied" in str(refusal).lower():
            raise Refusal(
                "This user may not use the Docker Engine."
                " Join its group (sudo usermod -aG docker $USER, then sign in again) or use sudo."
            ) from refusal
        raise Refusal(
            f"No Docker Engine answers. Start it: sudo systemctl start docker ({refusal})"
        ) from refusal


def has_image(name: str) -> bool:
    return bool(docker("images", "-q", name))


def images() -> list[str]:
    """The images of any shop."""
    return docker(
        "images", "--filter", "reference=promscope-demo", "--format", "{{.Repository}}:{{.Tag}}"
    ).split()


def import_image(name: str, archive: bytes, changes: Sequence[str]) -> None:
    options = [part for change in changes for part in ("--change", change)]
    docker("import", *options, "-", name, content=archive)


def inspect(*names: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(docker("inspect", *names))
    return found


def labels(shop: str) -> list[str]:
    """The option that marks what belongs to a shop, whatever docker-compose project it is in."""
    return ["--label", f"{_MARKER}={shop}"]


def containers(shop: str) -> dict[str, str]:
    """Name → state of all containers of the shop, as `docker ps` words it (`Up 5 seconds`)."""
    listed = docker(
        "ps", "-a", "--filter", f"label={_MARKER}={shop}", "--format", "{{.Names}}\t{{.Status}}"
    )
    return dict(line.split("\t", 1) for line in listed.splitlines())


def networks(shop: str) -> list[str]:
    return docker(
        "network", "ls", "--filter", f"label={_MARKER}={shop}", "--format", "{{.Name}}"
    ).split()
