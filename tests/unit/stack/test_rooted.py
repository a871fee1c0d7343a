import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stack.places import ROOT

SLEEP = "import signal; signal.pause()"


class Holder:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def report(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def start(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("start\n")
        self.process.stdin.flush()


@contextmanager
def holder(program: str) -> Iterator[Holder]:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "stack.rooted", "--leave-kernel", "--"),
            *(sys.executable, "-c", program),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        with process:
            yield Holder(process)
    finally:
        if process.poll() is None:
            process.kill()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_end_of_input_stops_the_exporter() -> None:
    with holder(SLEEP) as held:
        assert held.report() == {"event": "ready", "kernel": {}}
        held.start()
        started = held.report()
        assert started["event"] == "started"
        assert alive(started["pid"])
        assert held.process.stdin is not None
        held.process.stdin.close()
        assert held.report() == {"event": "restored", "failed": []}
        assert held.process.wait(60) == 0
    assert not alive(started["pid"])


def test_ctrl_c_in_the_terminal_is_for_the_holder_of_the_leash() -> None:
    with holder(SLEEP) as held:
        held.report()
        held.start()
        started = held.report()
        held.process.send_signal(signal.SIGINT)
        held.process.send_signal(signal.SIGTERM)
        assert held.report() == {"event": "restored", "failed": []}
    assert not alive(started["pid"])


def test_an_exporter_that_ends_is_reported_and_can_be_started_again() -> None:
    with holder("raise SystemExit(3)") as held:
        held.report()
        for _ in range(2):
            held.start()
            assert held.report()["event"] == "started"
            assert held.report() == {"event": "ended", "status": 3}
        assert held.process.stdin is not None
        held.process.stdin.close()
