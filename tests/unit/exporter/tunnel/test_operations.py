"""An operation that was asked for is never done again, also after a restart."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from promscope_exporter.sources.clock import Clock
from promscope_exporter.tunnel.operations import FILE, REMEMBER_SECONDS, Operations
from promscope_wire.frames import Outcome, Problem


class Time(Clock):
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def wall(self) -> float:
        return self.now


@pytest.mark.parametrize("on_disk", [True, False])
def test_an_outcome_is_remembered_for_an_hour(tmp_path: Path, on_disk: bool) -> None:
    clock = Time()
    operations = Operations(clock, tmp_path if on_disk else None)
    outcome = Outcome("a", "failed", Problem("conflict", "no"))
    operations.begin("a")
    assert operations.outcome("a") is None
    operations.finish(outcome)
    assert operations.outcome("a") == outcome
    clock.now += REMEMBER_SECONDS + 1
    operations.begin("b")
    assert operations.outcome("a") is None
    operations.close()


def test_a_restart_remembers_outcomes_and_that_an_operation_was_begun(tmp_path: Path) -> None:
    clock = Time()
    first = Operations(clock, tmp_path)
    first.begin("done")
    first.finish(Outcome("done", "done"))
    first.begin("begun")
    first.close()
    for _ in range(2):
        again = Operations(clock, tmp_path)
        assert again.outcome("done") == Outcome("done", "done")
        begun = again.outcome("begun")
        assert begun is not None
        assert begun.problem is not None
        assert begun.problem.kind == "unknown"
        again.close()


def test_the_journal_is_the_owners_and_stays_small(tmp_path: Path) -> None:
    clock = Time()
    for number in range(3):
        operations = Operations(clock, tmp_path / "state")
        operations.begin(f"{number}")
        operations.finish(Outcome(f"{number}", "done"))
        operations.close()
        clock.now += REMEMBER_SECONDS + 1
    path = tmp_path / "state" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    Operations(clock, tmp_path / "state").close()
    assert path.read_bytes() == b""


@pytest.mark.parametrize("rest", [b'{"id":"b', b"\xff\n", b"[]\n", b"\n\n"])
def test_a_torn_journal_keeps_what_was_whole(tmp_path: Path, rest: bytes) -> None:
    clock = Time()
    operations = Operations(clock, tmp_path)
    operations.finish(Outcome("a", "done"))
    operations.close()
    with (tmp_path / FILE).open("ab") as file:
        file.write(rest)
    again = Operations(clock, tmp_path)
    assert again.outcome("a") == Outcome("a", "done")
    again.close()


def test_without_a_usable_folder_memory_must_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    operations = Operations(Time(), tmp_path / "file")
    operations.finish(Outcome("a", "done"))
    assert operations.outcome("a") == Outcome("a", "done")
    assert "in memory only" in caplog.text
