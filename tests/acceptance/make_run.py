"""`make run` as a user starts and ends it: in a terminal's process group, by Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import psutil

from tests.acceptance.patience import until
from tests.acceptance.product import free_port

_START_SECONDS = 240
_STOP_SECONDS = 60
SYSCTLS = (
    Path("/proc/sys/net/netfilter/nf_conntrack_acct"),
    Path("/proc/sys/net/bridge/bridge-nf-call-iptables"),
)


class MakeRun:
    """Free ports and a state folder of its own; use it as a context manager."""

    def __init__(
        self,
        folder: Path,
        state: Path,
        *,
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] = os.environ,
        **settings: str,
    ) -> None:
        self.folder, self.state = folder, state
        self.ports = {name: free_port() for name in ("API", "EXPORTER", "PROMETHEUS")}
        ports = {f"{name}_PORT": str(port) for name, port in self.ports.items()}
        # a test run that was started in the background ignores SIGINT, and so would its children
        terminal = ["env", "--default-signal=INT"]
        self._command = [*terminal, *prefix, "make", "--no-print-directory", "run"]
        self._environment = {**environment, **ports, "STATE": str(state), **settings}
        self.output = ""
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['API']}"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.interrupt()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.output += line

    def until_ready(self) -> str:
        """The sign-in code it prints when all is healthy."""

        def code() -> re.Match[str] | None:
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError(f"make run ended:\n{self.output}")
            return re.search(r"^Sign-in code: (\S+)$", self.output, re.M)

        try:
            return until(code, "a sign-in code", _START_SECONDS)[1]
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output}") from error

    def interrupt(self) -> None:
        """Ctrl-C: the signal goes to the whole process group, as a terminal sends it."""
        assert self._process is not None
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
        self.wait()

    def wait(self) -> int:
        assert self._process is not None
        assert self._reader is not None
        try:
            status = self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise
        self._reader.join(_STOP_SECONDS)
        return status

    def kill(self) -> None:
        """Kill what make started, so that nothing of it gets a chance to tidy up."""
        assert self._process is not None
        for started in psutil.Process(self._process.pid).children():
            started.kill()

    def kill_listener(self, name: str) -> None:
        os.kill(_listener(self.ports[name]), signal.SIGKILL)

    def stop_orphans(self) -> None:
        """End what a killed run could not."""
        for port in self.ports.values():
            with contextlib.suppress(LookupError, ProcessLookupError):
                os.kill(_listener(port), signal.SIGTERM)

    def owner_uids(self) -> dict[str, int]:
        """Who runs the process that listens on each port."""
        return {name: _uid_of_listener(port) for name, port in self.ports.items()}


def _uid_of_listener(port: int) -> int:
    return Path("/proc", str(_listener(port))).stat().st_uid


def _listener(port: int) -> int:
    """The pid that listens on the port. Raises LookupError if nobody does."""
    for socket in psutil.net_connections("tcp4"):
        if socket.status == psutil.CONN_LISTEN and socket.laddr.port == port and socket.pid:
            return socket.pid
    raise LookupError(f"nobody listens on {port}")


def sysctls() -> dict[str, str]:
    """The kernel settings that `make run` may change."""
    return {file.name: file.read_text().strip() for file in SYSCTLS if file.exists()}
