"""deploy/web-config.yml on a real exporter: Prometheus with certificate and user gets in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from stack.child import Process, tail
from stack.places import ROOT, script
from tests.acceptance.backend import Backend
from tests.acceptance.patience import until
from tests.acceptance.product import free_port
from tests.trust.certificates import Authority

#: What the example says of its only user.
USER = ("prometheus", "change-me")
SOON = 60


@dataclass(frozen=True, slots=True)
class Protected:
    folder: Path
    port: int

    def get(self, certified: bool = True, user: tuple[str, str] | None = USER) -> int:
        """The status of a request to it."""
        pair = (str(self.folder / "client.pem"), str(self.folder / "client.key"))
        return requests.get(
            f"https://127.0.0.1:{self.port}/metrics",
            verify=str(self.folder / "client-ca.crt"),
            cert=pair if certified else None,
            auth=user,
            timeout=30,
        ).status_code


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Protected]:
    folder = tmp_path_factory.mktemp("protected")
    file = Path(shutil.copy(ROOT / "deploy" / "web-config.yml", folder))
    authority = Authority(folder)
    authority.issue("client", "prometheus.example")
    certificate, key = authority.issue("server", "127.0.0.1")
    certificate.rename(folder / "server.crt")
    key.rename(folder / "server.key")
    authority.ca.rename(folder / "client-ca.crt")
    one = Protected(folder, free_port())
    process = Process(
        "exporter",
        [
            script("promscope-exporter"),
            f"--web.listen-address=127.0.0.1:{one.port}",
            f"--web.config.file={file}",
            f"--docker.host=unix://{folder}/none.sock",
        ],
        folder / "exporter.log",
        health="",
    )
    process.start()
    try:
        until(lambda: one.get() == 200, f"an exporter: {tail(process.log)}", SOON)
        yield one
    finally:
        process.stop()


def test_prometheus_scrapes_it(protected: Protected, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(USER[1])
    folder = protected.folder
    how = f"""\
    scheme: https
    tls_config:
      ca_file: {folder}/client-ca.crt
      cert_file: {folder}/client.pem
      key_file: {folder}/client.key
    basic_auth:
      username: {USER[0]}
      password_file: {tmp_path}/password
"""
    target = f"127.0.0.1:{protected.port}"
    backend = Backend(tmp_path / "backend", free_port(), [target], "2s", how=how)
    try:
        backend.start()
        until(lambda: backend.query("promscope_exporter_build_info"), "a scrape", SOON)
    finally:
        backend.stop()


def test_nobody_else_gets_anything(protected: Protected) -> None:
    assert protected.get(user=None) == 401
    assert protected.get(user=("prometheus", "guess")) == 401
    assert protected.get(user=("nobody", "change-me")) == 401
    with pytest.raises(requests.ConnectionError):
        protected.get(certified=False)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{protected.port}/metrics", timeout=30)
