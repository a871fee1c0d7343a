from __future__ import annotations

from pathlib import Path

from promscope_api.audit.chain import read
from promscope_api.audit.event import Event
from promscope_api.audit.export import records
from promscope_api.audit.log import AuditLog, chain_files
from promscope_api.security.principal import Principal


def test_everything_or_what_concerns_one_user(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as audit:
        audit.append(Event("session-open", "success", principal=Principal("ada", (), "session")))
        audit.append(Event("user-remove", "success", details={"for_user": "ada"}))
        audit.append(Event("session-open", "success", principal=Principal("bob", (), "session")))
    everything = list(records(tmp_path))
    assert [read(line.encode())[1].sequence for line in everything] == [1, 2, 3]
    assert list(records(tmp_path, "ada")) == everything[:2]
    (path,) = chain_files(tmp_path)
    path.write_bytes(b"x" + path.read_bytes()[1:])
    assert len(list(records(tmp_path))) == 3
    assert list(records(tmp_path, "ada")) == everything[1:2]
