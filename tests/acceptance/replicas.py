"""Two replicas of the API behind a real haproxy, with a real PostgreSQL; one probe dials both."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Self

from stack import tools
from stack.child import Process
from stack.places import ROOT, script
from tests.acceptance.client import Client
from tests.acceptance.patience import until
from tests.acceptance.product import Product, free_port
from tests.trust.postgres import PostgresServer


class Replicas:
    """Use it as a context manager. `processes` are the two APIs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = PostgresServer()

    def __enter__(self) -> Self:
        self._database.__enter__()
        try:
            self._start()
        except BaseException:
            self._database.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._product.__exit__()
        self._database.__exit__()

    def _start(self) -> None:
        second = free_port()
        self._product = product = Product(
            self._folder / "state",
            viewer=False,
            exporter_flags=[f"--api.url=http://127.0.0.1:{second}"],
            api_flags=self._database.flags,
        )
        other = self._folder / "state" / "other"
        command = [
            flag.replace(str(product.storage), str(other)).replace(
                f":{product.ports['api']}", f":{second}"
            )
            for flag in product.api.command
        ]
        url = f"http://127.0.0.1:{second}"
        log = product.folder / "other.log"
        self.processes = [product.api, Process("other api", command, log, f"{url}/-/ready")]
        self.each = [Client(product.url), Client(url)]
        proxy = free_port()
        self.url = f"http://127.0.0.1:{proxy}"
        product.__enter__()
        try:
            product.start_extra(self.processes[1])
            product.start_extra(self._haproxy(proxy, product.ports["api"], second))
        except BaseException:
            product.__exit__()
            raise

    def _haproxy(self, port: int, *replicas: int) -> Process:
        """With the file of deploy/, but for its ports."""
        text = (ROOT / "deploy" / "haproxy.cfg").read_text()
        for number in (port, *replicas):
            text = re.sub(r"(bind|server [ab]) 127\.0\.0\.1:\d+", rf"\1 @{number}", text, count=1)
        file = self._folder / "haproxy.cfg"
        file.write_text(text.replace(" @", " 127.0.0.1:"))
        command = [tools.find("haproxy"), "-db", "-f", str(file)]
        return Process("haproxy", command, self._folder / "haproxy.log", f"{self.url}/-/ready")

    def sign_in(self) -> None:
        """At the proxy; both replicas take the cookie."""
        made = subprocess.run(
            [
                *(script("promscope"), "sign-in-code"),
                *(f"--storage.path={self._product.storage}", *self._database.flags),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        self.user = Client(self.url)
        self.user.sign_in(made.stdout.split()[-1])
        for client in self.each:
            client.share(self.user)

    def kill(self, number: int) -> None:
        """As a crash would: the API and its graph process are gone in the middle of something."""
        process = self.processes[number]
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        until(process.ended, f"a dead {process.name}")

    def restart(self, number: int) -> None:
        self.processes[number].start()
