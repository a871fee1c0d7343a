"""Many containers that talk, on one host: what a probe is measured with."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from demo.engine import docker
from stack.refusal import Refusal
from tests.acceptance.patience import until

_TALK = Path(__file__).parent / "container/talk.py"
_PREFIX = "t-crowd-"
_NETWORK = f"{_PREFIX}net"
_AT_ONCE = 4
_PYTHON = ("/usr/bin/python3", "-I", "-S", "/talk.py")


class Crowd:
    """Containers on one bridge network; all of them go at the end."""

    def __init__(self, image: str) -> None:
        self._image = image
        self._names: list[str] = []

    def __enter__(self) -> Self:
        self._remove(docker("ps", "-aq", "--filter", f"name=^{_PREFIX}").split())
        with contextlib.suppress(Refusal):
            docker("network", "rm", _NETWORK)
        docker("network", "create", _NETWORK)
        return self

    def __exit__(self, *_: object) -> None:
        self._remove(self._names)
        with contextlib.suppress(Refusal):
            docker("network", "rm", _NETWORK)

    def idle(self, containers: int, processes: int) -> None:
        """Containers with so many sleeping processes each."""
        sleeps = f"for i in $(seq {processes - 1}); do sleep 1000000 & done; wait"
        self._run([("/bin/sh", "-c", sleeps)] * containers)

    def talking(self, clients: int, connections: int) -> None:
        """One server, and clients that keep so many connections to it between them."""
        server = self._server()
        self._run([(*_PYTHON, "hold", server, str(connections // clients))] * clients, ready=True)

    def visiting(self, clients: int, per_second: int) -> None:
        """One server, and clients that between them connect, speak and close so often."""
        server = self._server()
        self._run([(*_PYTHON, "visit", server, str(per_second // clients))] * clients, ready=True)

    def looping(self, containers: int, connections: int) -> None:
        """Containers that between them keep so many connections, each to itself."""
        each = str(connections // containers)
        self._run([(*_PYTHON, "loop", each)] * containers, ready=True)

    def _server(self) -> str:
        (name,) = self._run([(*_PYTHON, "listen")], ready=True)
        return name

    def _run(self, commands: Sequence[Sequence[str]], *, ready: bool = False) -> list[str]:
        names = [f"{_PREFIX}{len(self._names) + n}" for n in range(len(commands))]
        self._names += names
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._one, names, commands))
        for name in names if ready else ():
            until(lambda name=name: "ready" in docker("logs", name), f"{name} ready", 60)  # type: ignore[misc]
        return names

    def _one(self, name: str, command: Sequence[str]) -> None:
        docker(
            *("run", "-d", "--name", name, "--network", _NETWORK, "--init"),
            *("--ulimit", "nofile=20000:20000", "-v", f"{_TALK}:/talk.py:ro"),
            *(self._image, *command),
        )

    def _remove(self, names: Sequence[str]) -> None:
        for start in range(0, len(names), 20):
            with contextlib.suppress(Refusal):
                docker("rm", "-f", "-v", *names[start : start + 20])
