"""A busy host: many idle processes and many open loopback connections.

`python -m tests.bench.load PROCESSES CONNECTIONS` makes them, prints `ready`, and ends with all
of them when its input ends, so nothing is left even if who started it is killed.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
from types import TracebackType
from typing import Self

from stack.places import ROOT

PROCESSES = 300
CONNECTIONS = 2000


class Load:
    """The load while it is entered."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load", str(PROCESSES), str(CONNECTIONS)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"ready\n":
            self.__exit__()
            raise RuntimeError("the load could not be made")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def _connect(count: int) -> list[socket.socket]:
    """Both ends of `count` connections over 127.0.0.1, the accepting ends in a process of
    their own."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    address = listener.getsockname()
    if os.fork() == 0:
        accepted = [listener.accept()[0] for _ in range(count)]
        signal.pause()
        del accepted
    opened = [socket.create_connection(address) for _ in range(count)]
    listener.close()
    return opened


def main(processes: int, connections: int) -> None:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    opened = _connect(connections)
    for _ in range(processes):
        subprocess.Popen(["sleep", "1000000"], stdin=subprocess.DEVNULL)
    print("ready", flush=True)
    sys.stdin.read()
    del opened
    # The group is this session alone; the signal reaches this process too.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
