"""A Prometheus for this machine: the one on PATH, the distribution's, or the official image."""

from __future__ import annotations

import os
import shutil
import string
from dataclasses import dataclass
from pathlib import Path

from stack import debian
from stack.places import ROOT
from stack.ports import Ports
from stack.refusal import Refusal
from stack.terminal import step

IMAGE = "docker.io/prom/prometheus:v3.5.0"
RETENTION = "15d"
_MISSING = (
    "No Prometheus could be found: none is on PATH, the distribution's package could not be"
    f" downloaded and the image {IMAGE} could not be pulled. Install one (on Debian and Ubuntu:"
    " sudo apt install prometheus) or put its folder on PATH, then run this again."
)


@dataclass(frozen=True, slots=True)
class Found:
    """How to start it: the command in front of its flags, and where it came from."""

    command: tuple[str, ...]
    origin: str


def find(state: Path, works: debian.Run = debian.works) -> Found:
    """The first of the three that works. Raises Refusal with the remedy if none does."""
    on_path = shutil.which("prometheus")
    if on_path and works([on_path, "--version"]):
        return Found((on_path,), on_path)
    unpacked = state / "prometheus-package" / "usr" / "bin" / "prometheus"
    if not works([str(unpacked), "--version"]):
        with step("Prometheus is not on PATH: unpacking the distribution's package"):
            debian.unpack(["prometheus"], unpacked.parents[2], works)
    if works([str(unpacked), "--version"]):
        return Found((str(unpacked),), f"the distribution's package, unpacked in {state.name}")
    docker = shutil.which("docker")
    if docker:
        with step(f"no package either: pulling {IMAGE}"):
            pulled = works([docker, "image", "inspect", IMAGE]) or works([docker, "pull", IMAGE])
        if pulled:
            return Found(_contained(docker, state), IMAGE)
    raise Refusal(_MISSING)


def _contained(docker: str, state: Path) -> tuple[str, ...]:
    user = f"{os.getuid()}:{os.getgid()}"
    volumes = ("-v", f"{state}:{state}", "-v", f"{ROOT / 'prometheus'}:{ROOT / 'prometheus'}:ro")
    return (
        *(docker, "run", "--rm", "--init", "--network", "host", "--user", user, *volumes),
        *("--name", f"promscope-prometheus-{os.getpid()}", "--entrypoint", "/bin/prometheus"),
        IMAGE,
    )


def configure(state: Path, ports: Ports) -> Path:
    """Write the configuration from prometheus/run.yml.template; returns its path."""
    template = string.Template((ROOT / "prometheus" / "run.yml.template").read_text())
    file = state / "prometheus.yml"
    file.write_text(
        template.substitute(
            exporter=f"127.0.0.1:{ports.exporter}",
            api=f"127.0.0.1:{ports.api}",
            rules=str(ROOT / "prometheus" / "rules" / "*.yml"),
        )
    )
    return file


def flags(config: Path, data: Path, port: int, retention: str = RETENTION) -> list[str]:
    return [
        f"--config.file={config}",
        f"--storage.tsdb.path={data}",
        f"--storage.tsdb.retention.time={retention}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
