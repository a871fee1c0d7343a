"""What the API is measured on: a synthetic fleet, the Prometheus that scrapes it, and an API."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from stack.places import script
from stack.terminal import step
from tests.acceptance.backend import program
from tests.acceptance.client import Client
from tests.acceptance.patience import until
from tests.acceptance.product import free_port
from tests.bench import synthetic, usage

#: Seconds between two scrapes of a target.
INTERVAL = 15


@dataclass
class Stage:
    """The fleet, its Prometheus and an API; `exporters`, `backend`, `web` and `graph` are pids."""

    hosts: int
    commands: int
    url: str
    secret: str
    exporters: int
    backend: int
    web: int = 0
    graph: int = 0

    @property
    def client(self) -> Client:
        return Client(self.url)


@contextmanager
def fleet(folder: Path, hosts: int, commands: int, churn: float) -> Iterator[Stage]:
    ports = [free_port() for _ in range(3)]
    targets = folder / "targets.yml"
    config = folder / "scrape.yml"
    lines = synthetic.scrape_configuration(ports[0], hosts, INTERVAL, targets)
    config.write_text("\n".join(lines) + "\n")
    exporters = subprocess.Popen(
        [
            sys.executable, "-m", "tests.bench.synthetic",
            *map(str, (ports[0], hosts, commands, churn)),
        ],
        stdin=subprocess.PIPE,
    )  # fmt: skip
    backend = subprocess.Popen(
        [
            program(), f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{ports[1]}", "--log.level=error",
        ],
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{ports[1]}"
        with step(f"{hosts} hosts scraped"):
            asked = {"query": "count(promscope_host_info)"}
            until(
                lambda: _value(f"{address}/api/v1/query", asked) == hosts,
                "all hosts", 300, 1,
            )  # fmt: skip
        url = f"http://127.0.0.1:{ports[2]}"
        secret = secrets.token_urlsafe(32)
        yield Stage(hosts, commands, url, secret, exporters.pid, backend.pid)
    finally:
        for process in (backend, exporters):
            process.terminate()
            process.wait()


def _value(url: str, asked: dict[str, str]) -> float:
    result = requests.get(url, params=asked, timeout=30).json()["data"]["result"]
    return float(result[0]["value"][1]) if result else 0.0


@contextmanager
def api(folder: Path, stage: Stage) -> Iterator[None]:
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text(stage.secret)
    prometheus = Path(f"/proc/{stage.backend}/cmdline").read_text().split("address=")[1]
    web = subprocess.Popen(
        [
            script("promscope-api"), f"--web.listen-address={stage.url.removeprefix('http://')}",
            f"--prometheus.url=http://{prometheus.split(chr(0))[0]}",
            f"--scrape.interval={INTERVAL}s", f"--storage.path={folder / 'storage'}",
            f"--tunnel.secret-file={secret}", "--auth.local-viewer", "--log.level=warn",
        ],
    )  # fmt: skip
    try:
        client = stage.client
        until(lambda: len(client.topology("hosts")["nodes"]) >= stage.hosts, "the map", 120, 1)
        stage.web = web.pid
        (stage.graph,) = usage.children(web.pid)
        yield
    finally:
        web.terminate()
        web.wait()
