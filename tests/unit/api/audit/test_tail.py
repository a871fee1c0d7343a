from __future__ import annotations

import itertools
import json
import threading
from pathlib import Path

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, chain_files
from promscope_api.audit.tail import follow, last


def test_the_last_records_of_all_chains_by_time(tmp_path: Path) -> None:
    moments = itertools.count(1000)
    with (
        AuditLog(tmp_path, "api", now=lambda: next(moments)) as api,
        AuditLog(tmp_path, "operator", now=lambda: next(moments)) as operator,
    ):
        for number in range(6):
            log = (api, operator)[number % 2]
            log.append(Event("code-create", "success", reason=f"number {number}"))
    assert [line[-8:] for line in last(tmp_path, 3)] == ["number 3", "number 4", "number 5"]
    assert last(tmp_path, 0) == []
    assert [json.loads(line)["event.reason"] for line in last(tmp_path, 1, plain=True)] == [
        "number 5"
    ]


def test_a_terminal_does_not_obey_a_record(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(Event("code-create", "success", reason="a\x1b[2J\x9b\u202eb\nc"))
    (line,) = last(tmp_path, 1)
    assert line.isprintable()
    assert "a\\u001b[2J" in line


def test_a_damaged_record_is_said_to_be_one(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(Event("code-create", "success"))
    (path,) = chain_files(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"success", b"failure"))
    assert "promscope audit verify" in last(tmp_path, 1)[0]


def test_following_shows_what_is_written_from_then_on(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        log.append(Event("code-create", "success", reason="before"))
        new = follow(tmp_path)
        writer = threading.Timer(0.7, log.append, [Event("code-create", "success", reason="after")])
        writer.start()
        try:
            assert next(new).endswith("after")
        finally:
            writer.join()
