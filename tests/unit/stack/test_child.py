import signal
import sys
import time
from pathlib import Path

import pytest

from stack.child import Process, Restarts, healthy, tail

FOREVER = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]


def ended(process: Process) -> str:
    for _ in range(200):
        how = process.ended()
        if how:
            return how
        time.sleep(0.05)
    raise AssertionError("still running")


def test_a_process_runs_until_it_is_stopped(tmp_path: Path) -> None:
    process = Process("one", FOREVER, tmp_path / "log", "")
    assert process.ended() == "was not started"
    process.start()
    assert process.ended() is None
    process.stop()
    assert process.ended() == f"was ended by signal {signal.SIGTERM.value}"
    process.stop()


def test_its_output_is_in_the_log_and_its_status_in_words(tmp_path: Path) -> None:
    program = "import sys; print('first'); sys.exit('the reason')"
    process = Process("one", [sys.executable, "-c", program], tmp_path / "log", "")
    process.start()
    assert ended(process) == "ended with status 1"
    assert "the reason" in tail(process.log)


def test_a_tail_is_short_and_survives_what_is_no_text(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert tail(log) == "    (no log)"
    log.write_bytes(b"")
    assert tail(log) == "    (empty)"
    log.write_bytes(b"x" * 1_000_000 + b"\n" + b"\xff\n" * 50)
    assert tail(log, 3) == "\n".join(["    \ufffd"] * 3)


def test_restarts_are_counted() -> None:
    restarts = Restarts()
    assert [restarts.allowed() for _ in range(4)] == [True, True, False, False]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "no url", "http://[::1"])
def test_what_does_not_answer_is_not_healthy(url: str) -> None:
    assert not healthy(url)
