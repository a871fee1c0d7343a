"""The product as a user runs it: exporter, backend and API as real processes."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from stack.child import Process, healthy, tail
from stack.places import script
from tests.acceptance.backend import Backend
from tests.acceptance.client import Client
from tests.acceptance.patience import until

INTERVAL = "2s"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Product:
    """Everything on free ports below `folder`; use it as a context manager."""

    def __init__(
        self,
        folder: Path,
        *,
        interval: str = INTERVAL,
        scraped: bool = True,
        also_scraped: Sequence[str] = (),
        control: str = "lifecycle",
        docker_host: str = "",
        viewer: bool = True,
        exporter_flags: Sequence[str] = (),
        api_flags: Sequence[str] = (),
        rules: str = "",
    ) -> None:
        self.folder, self.interval = folder, interval
        self.ports = {name: free_port() for name in ("exporter", "api", "backend")}
        self.storage = folder / "storage"
        self.storage.mkdir(parents=True, mode=0o700)
        self.secret = folder / "tunnel.secret"
        self.write_secret(self.secret, secrets.token_urlsafe(32))
        self.exporter_address = f"127.0.0.1:{self.ports['exporter']}"
        self.url = f"http://127.0.0.1:{self.ports['api']}"
        targets = [*([self.exporter_address] if scraped else []), *also_scraped]
        self.backend = Backend(
            folder / "backend",
            self.ports["backend"],
            targets,
            interval,
            jobs={"promscope-api": self.url.removeprefix("http://")} if scraped and viewer else {},
            rules=rules,
        )
        self.exporter = self.another_exporter(
            "exporter",
            self.ports["exporter"],
            [
                f"--control={control}",
                *([f"--docker.host={docker_host}"] if docker_host else []),
                *exporter_flags,
            ],
        )
        self.api = Process(
            "api",
            [
                script("promscope-api"),
                f"--web.listen-address=127.0.0.1:{self.ports['api']}",
                f"--prometheus.url={self.backend.url}",
                f"--scrape.interval={interval}",
                f"--storage.path={self.storage}",
                f"--tunnel.secret-file={self.secret}",
                *(["--auth.local-viewer"] if viewer else []),
                *api_flags,
            ],
            folder / "api.log",
            f"{self.url}/-/ready",
        )
        self._extra: list[Process] = []

    @staticmethod
    def write_secret(file: Path, secret: str) -> None:
        file.touch(mode=0o600)
        file.write_text(secret + "\n")

    def another_exporter(
        self, name: str, port: int, flags: Sequence[str], secret: Path | None = None
    ) -> Process:
        """An exporter that dials this product's API; not started."""
        return Process(
            name,
            [
                script("promscope-exporter"),
                f"--web.listen-address=127.0.0.1:{port}",
                f"--scrape.interval={self.interval}",
                "--cpu.budget=0",  # scrapes every second or two are more than it is made for
                f"--api.url={self.url}",
                f"--api.secret-file={secret or self.secret}",
                *flags,
            ],
            self.folder / f"{name}.log",
            f"http://127.0.0.1:{port}/-/healthy",
        )

    def start_extra(self, process: Process) -> None:
        """Start one more process that ends with this product."""
        self._extra.append(process)
        self._start(process)

    def __enter__(self) -> Self:
        try:
            self.backend.start()
            for process in (self.api, self.exporter):
                self._start(process)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self._extra, self.exporter, self.api):
            process.stop()
        self.backend.stop()

    def _start(self, process: Process) -> None:
        process.start()

        def is_up() -> bool:
            how = process.ended()
            if how:
                raise RuntimeError(f"{process.name} {how}:\n{tail(process.log)}")
            return healthy(process.health)

        until(is_up, f"a healthy {process.name}; see {process.log}")

    def kill_exporter(self) -> None:
        """As a crash would."""
        assert self.exporter.pid is not None
        os.kill(self.exporter.pid, signal.SIGKILL)
        until(self.exporter.ended, "a dead exporter")

    def restart_exporter(self) -> None:
        self._start(self.exporter)

    def client(self) -> Client:
        """A visitor that has not signed in."""
        return Client(self.url)

    def operator(self) -> Client:
        """The local operator, signed in with a fresh code."""
        client = self.client()
        client.sign_in(self.sign_in_code())
        return client

    def sign_in_code(self) -> str:
        done = subprocess.run(
            [script("promscope"), "sign-in-code", "--storage.path", str(self.storage)],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()[-1]

    def metrics(self) -> str:
        """The exporter's page."""
        return Client(f"http://{self.exporter_address}").text("/metrics")
