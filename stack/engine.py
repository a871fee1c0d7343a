"""A Docker Engine for the tests: the one that runs, else one that is started and stopped."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.child import tail
from stack.refusal import Refusal
from stack.terminal import say

_START_SECONDS = 60


@contextmanager
def running() -> Iterator[None]:
    """Inside, `docker info` works. Raises Refusal if an engine cannot be started."""
    if _answers():
        yield
        return
    if os.geteuid() != 0:
        raise Refusal("No Docker Engine answers this user: sudo systemctl start docker")
    with tempfile.TemporaryDirectory(prefix="promscope-dockerd-") as folder:
        log = Path(folder, "dockerd.log")
        with log.open("wb") as output:
            engine = subprocess.Popen(
                ["dockerd"], stdout=output, stderr=output, start_new_session=True
            )
        try:
            say("· no Docker Engine runs: one is started for the tests")
            _wait(engine, log)
            yield
        finally:
            engine.terminate()
            try:
                engine.wait(30)
            except subprocess.TimeoutExpired:
                engine.kill()
                engine.wait()


def _answers() -> bool:
    try:
        done = subprocess.run(["docker", "info"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _wait(engine: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while not _answers():
        if engine.poll() is not None or time.monotonic() > end:
            raise Refusal(f"dockerd does not start:\n{tail(log)}")
        time.sleep(0.2)
