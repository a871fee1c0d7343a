"""What `append` has acknowledged is in the file, whatever happens around it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from promscope_api.audit.chain import read
from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, AuditUnavailable, chain_files
from promscope_api.audit.verify import verify

EVENT = Event("code-create", "success")


def whole(folder: Path, records: int) -> None:
    verdicts = verify(folder)
    assert [(verdict.records, verdict.problem) for verdict in verdicts] == [(records, "")]


def test_records_are_chained_over_restarts(tmp_path: Path) -> None:
    for _ in range(3):
        with AuditLog(tmp_path, "api") as log:
            log.append(EVENT)
            log.append(EVENT)
    assert len(chain_files(tmp_path)) == 1
    whole(tmp_path, 6)


def test_a_closed_log_takes_no_record(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
    with pytest.raises(AuditUnavailable, match="closed"):
        log.append(EVENT)
    whole(tmp_path, 1)


def test_nobody_else_can_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    with AuditLog(folder, "api") as log:
        log.append(EVENT)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_record_is_on_disk_before_it_is_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda file: (synced.append(os.fstat(file).st_size), fsync(file))
    )
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
    assert synced[-1] == chain_files(tmp_path)[0].stat().st_size


def test_threads_write_one_chain(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        threads = [
            threading.Thread(target=lambda: [log.append(EVENT) for _ in range(20)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    whole(tmp_path, 160)


def test_a_second_process_with_the_same_chain_is_refused(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api"):
        with pytest.raises(AuditUnavailable, match=r"--storage\.path"):
            AuditLog(tmp_path, "api")
        with AuditLog(tmp_path, "operator") as other:
            other.append(EVENT)
    AuditLog(tmp_path, "api").close()


def test_a_full_file_is_followed_by_another_in_the_same_chain(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api", max_file_bytes=1000) as log:
        for _ in range(10):
            log.append(EVENT)
    with AuditLog(tmp_path, "api", max_file_bytes=1000) as log:
        log.append(EVENT)
    assert len(chain_files(tmp_path)) > 2
    whole(tmp_path, 11)


def test_a_line_torn_by_a_crash_is_cut_and_the_chain_goes_on(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
    (path,) = chain_files(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"@timestamp":"2026')
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
    whole(tmp_path, 2)


def test_a_damaged_end_is_not_written_after(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
    (path,) = chain_files(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"success", b"failure"))
    with pytest.raises(AuditUnavailable, match="damaged"):
        AuditLog(tmp_path, "api")


_FULL_DISK = """
import resource, sys
from pathlib import Path
from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, AuditUnavailable
folder, event = Path(sys.argv[1]), Event("code-create", "success")
with AuditLog(folder, "api") as log:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
    acknowledged, refused = 0, ""
    try:
        for _ in range(100):
            log.append(event)
            acknowledged += 1
    except AuditUnavailable as error:
        refused = str(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    log.append(event)
    print(acknowledged + 1, refused)
"""


def test_on_a_full_disk_nothing_is_acknowledged_and_nothing_half_written(tmp_path: Path) -> None:
    """The disk is a file-size limit of the kernel (setrlimit(2)), so no root is needed."""
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    acknowledged, _, refused = done.stdout.partition(" ")
    assert "make room" in refused
    assert 1 < int(acknowledged) < 100
    whole(tmp_path, int(acknowledged))


_FAIL_OPEN = _FULL_DISK.replace('"api")', '"api", fail_open=True)').replace(
    "print(acknowledged + 1, refused)", "print(acknowledged + 1 - log.lost, refused)"
)


def test_failing_open_goes_on_and_logs_what_is_not_in_the_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FAIL_OPEN, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    kept, _, refused = done.stdout.strip().partition(" ")
    assert (refused, 1 < int(kept) < 100) == ("", True)
    whole(tmp_path, int(kept))
    assert done.stderr.count('not recorded: {"@timestamp"') == 101 - int(kept)


def test_a_chain_begun_on_a_full_disk_is_begun_later(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        chain = log.head.chain
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
        assert log.head.chain == chain
    assert read(chain_files(tmp_path)[0].read_bytes())[1].sequence == 1


def test_a_folder_that_cannot_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditUnavailable):
        AuditLog(tmp_path / "file", "api")
