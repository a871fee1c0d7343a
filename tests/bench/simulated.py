"""Containers of an engine that is none: a sleeping process each, in control groups of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tests.unit.exporter.fakes import FakeEngine, inspected

_GROUPS = ("cpu", "cpuacct", "memory", "blkio", "pids", "unified")
_CGROUPS = Path("/sys/fs/cgroup")


class Simulated:
    """Use it as a context manager; `address` is for `--docker.host`. `namespaces`: each has a
    network namespace of its own. Needs root."""

    def __init__(self, folder: Path, *, namespaces: bool = False) -> None:
        self._sleep = ("sleep", "1000000")
        if namespaces:
            self._sleep = ("unshare", "--net", *self._sleep)
        self._engine: Any = FakeEngine(folder)  # type: ignore[no-untyped-call]
        self.address: str = self._engine.address
        self._loop = asyncio.new_event_loop()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        # a probe that has ended leaves its stream of events behind
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._call(self._engine.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        for identity in list(self._processes):
            self.remove(identity)
        self._call(self._engine.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def add(self, count: int = 1) -> None:
        """More containers, and the engine's word of each."""
        for _ in range(count):
            self._add(secrets.token_hex(32))

    def remove(self, identity: str) -> None:
        """A container ends and is removed."""
        process = self._processes.pop(identity)
        process.kill()
        process.wait()
        self._loop.call_soon_threadsafe(self._forget, identity)
        for folder in self._folders(identity):
            _remove(folder)

    def turn(self, per_second: float, seconds: float) -> None:
        """Let the oldest go and a new one come, so often a second."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(1 / per_second)
            self.remove(next(iter(self._processes)))
            self.add()

    def _add(self, identity: str) -> None:
        process = subprocess.Popen(self._sleep, stdin=subprocess.DEVNULL)
        self._processes[identity] = process
        for folder in self._folders(identity):
            folder.mkdir(parents=True)
            (folder / "cgroup.procs").write_text(str(process.pid))
        state = {
            "Status": "running",
            "Pid": process.pid,
            "StartedAt": datetime.now(UTC).isoformat(),
        }
        record = inspected(identity, Name=f"/simulated-{identity[:8]}", State=state)  # type: ignore[no-untyped-call]
        self._loop.call_soon_threadsafe(self._tell, identity, record)

    def _tell(self, identity: str, record: dict[str, Any]) -> None:
        self._engine.containers[identity] = record
        for action in ("create", "start"):
            self._engine.tell(action, identity)

    def _forget(self, identity: str) -> None:
        self._engine.containers.pop(identity, None)
        for action in ("die", "destroy"):
            self._engine.tell(action, identity)

    def _folders(self, identity: str) -> list[Path]:
        roots = {(_CGROUPS / name).resolve() for name in _GROUPS if (_CGROUPS / name).is_dir()}
        return [root / "docker" / identity for root in roots or {_CGROUPS}]

    def _call(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


def _remove(folder: Path) -> None:
    """A group can go a moment after its last process has."""
    for _ in range(100):
        with contextlib.suppress(OSError):
            folder.rmdir()
            return
        time.sleep(0.02)
