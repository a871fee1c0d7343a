"""The whole stack with certificates on both sides of every hop, as docs/web-config.md says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from stack.certificates import make
from stack.child import Process, tail
from stack.places import script
from tests.acceptance.patience import until
from tests.acceptance.product import Product, free_port

SOON = 90
_SCRAPING = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: promscope-exporter
    scheme: https
    tls_config: {{ca_file: ca.crt, cert_file: prometheus.crt, key_file: prometheus.key}}
    static_configs: [{{targets: ["localhost:{port}"]}}]
"""
_BACKENDS = """
backends:
  - {{url: "https://localhost:{port}", ca_file: {folder}/ca.crt, cert_file: {folder}/api.crt,
     key_file: {folder}/api.key}}
"""


@dataclass(frozen=True, slots=True)
class Stack:
    folder: Path
    ports: dict[str, int]

    def get(self, part: str, path: str, certified: bool = True) -> requests.Response:
        pair = (str(self.folder / "user.crt"), str(self.folder / "user.key"))
        return requests.get(
            f"https://localhost:{self.ports[part]}{path}",
            verify=str(self.folder / "ca.crt"),
            cert=pair if certified else None,
            timeout=30,
        )


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("certs")
    make(folder)
    ports = {part: free_port() for part in ("exporter", "api", "prometheus")}
    (folder / "scrape.yml").write_text(_SCRAPING.format(port=ports["exporter"]))
    (folder / "backends.yml").write_text(_BACKENDS.format(port=ports["prometheus"], folder=folder))
    Product.write_secret(folder / "tunnel.secret", "a-secret-of-some-length")
    prometheus = shutil.which("prometheus")
    assert prometheus, "apt install prometheus"
    commands = {
        "prometheus": [
            prometheus,
            f"--config.file={folder}/scrape.yml",
            f"--storage.tsdb.path={folder}/data",
        ],
        "api": [
            script("promscope-api"),
            f"--prometheus.config.file={folder}/backends.yml",
            "--scrape.interval=1s",
            f"--storage.path={folder}/storage",
            f"--tunnel.secret-file={folder}/tunnel.secret",
            "--auth.local-viewer",
        ],
        "exporter": [
            script("promscope-exporter"),
            "--scrape.interval=1s",
            "--cpu.budget=0",
            f"--docker.host=unix://{folder}/none.sock",
            f"--api.url=https://localhost:{ports['api']}",
            f"--api.secret-file={folder}/tunnel.secret",
            f"--api.ca-file={folder}/ca.crt",
            f"--api.cert-file={folder}/exporter.crt",
            f"--api.key-file={folder}/exporter.key",
        ],
    }
    processes = [
        Process(
            part,
            [
                *command,
                f"--web.listen-address=127.0.0.1:{ports[part]}",
                f"--web.config.file={folder}/{part}.web-config.yml",
            ],
            folder / f"{part}.log",
            health="",
        )
        for part, command in commands.items()
    ]
    one = Stack(folder, ports)
    try:
        for process in processes:
            process.start()
        for process in processes:
            what = f"a healthy {process.name}; {tail(process.log)}"
            until(lambda name=process.name: _well(one, name), what, SOON)  # type: ignore[misc]
        yield one
    finally:
        for process in processes:
            process.stop()


def _well(stack: Stack, part: str) -> bool:
    try:
        return stack.get(part, "/-/healthy").status_code == 200
    except requests.ConnectionError:
        return False


def test_metrics_and_live_events_arrive(stack: Stack) -> None:
    def host() -> bool:
        nodes = stack.get("api", "/api/v1/topology/hosts").json()["nodes"]
        return [node["state"] for node in nodes] == ["up"]

    until(host, "the host, through Prometheus", SOON)
    until(
        lambda: "promscope_api_tunnels 1.0" in stack.get("api", "/metrics").text, "the tunnel", SOON
    )
    until(
        lambda: stack.get("api", "/api/v1/health").json()["status"] == "healthy",
        "every part being well, Prometheus too",
        SOON,
    )


@pytest.mark.parametrize("part", ["exporter", "api", "prometheus"])
def test_without_a_certificate_nobody_gets_anything(stack: Stack, part: str) -> None:
    with pytest.raises(requests.ConnectionError):
        stack.get(part, "/-/healthy", certified=False)
