"""Every record reaches a sink at least once, in order, over restarts, rotation and mishaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.audit import outbox as module
from promscope_api.audit.chain import read
from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, chain_files
from promscope_api.audit.outbox import Outbox

EVENT = Event("code-create", "success")


def numbers(lines: list[bytes]) -> list[int]:
    return [read(line)[1].sequence for line in lines]


def test_what_was_sent_is_not_sent_again(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
        outbox = Outbox(tmp_path, "sink")
        assert numbers(outbox.batch()) == [1]
        assert numbers(outbox.batch()) == [1]
        outbox.sent()
        assert outbox.batch() == []
        log.append(EVENT)
        assert numbers(Outbox(tmp_path, "sink").batch()) == [2]
        assert numbers(Outbox(tmp_path, "another").batch()) == [1, 2]


def test_records_of_all_files_and_writers_come_in_batches(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api", max_file_bytes=1000) as log:
        for _ in range(20):
            log.append(EVENT)
    with AuditLog(tmp_path, "operator") as log:
        log.append(EVENT)
    assert len(chain_files(tmp_path)) > 3
    outbox = Outbox(tmp_path, "sink")
    assert numbers(outbox.batch()) == [*range(1, 21), 1]


def test_a_batch_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_RECORDS", 3)
    with AuditLog(tmp_path, "api", max_file_bytes=1000) as log:
        for _ in range(8):
            log.append(EVENT)
    outbox = Outbox(tmp_path, "sink")
    found = []
    while lines := outbox.batch():
        assert len(lines) <= 3
        found += numbers(lines)
        outbox.sent()
    assert found == list(range(1, 9))


def test_an_unfinished_line_waits(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
    (path,) = chain_files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])
    assert numbers(Outbox(tmp_path, "sink").batch()) == [1]


def test_a_record_that_was_taken_back_and_replaced_is_sent_whole(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
        log.append(EVENT)
        outbox = Outbox(tmp_path, "sink")
        outbox.batch()
        outbox.sent()
        (path,) = chain_files(tmp_path)
        first = path.read_bytes().splitlines(keepends=True)[0]
        path.write_bytes(first)
        assert outbox.batch() == []
    with AuditLog(tmp_path, "api") as log:
        log.append(Event("code-create", "success", reason="a longer one than before"))
    assert numbers(outbox.batch()) == [2]


def test_a_file_that_was_erased_is_passed_over(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api", max_file_bytes=500) as log:
        log.append(EVENT)
        outbox = Outbox(tmp_path, "sink")
        outbox.batch()
        outbox.sent()
        for _ in range(3):
            log.append(EVENT)
    chain_files(tmp_path)[0].unlink()
    assert numbers(outbox.batch())[-1] == 4


def test_a_damaged_position_sends_everything(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(EVENT)
    outbox = Outbox(tmp_path, "sink")
    outbox.batch()
    outbox.sent()
    (tmp_path / "sink.position").write_bytes(b"\xff{")
    assert numbers(Outbox(tmp_path, "sink").batch()) == [1]
