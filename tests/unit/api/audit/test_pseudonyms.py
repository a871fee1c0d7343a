"""Nobody can be recognised in what is handed out, and the log itself stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

from promscope_api.audit.event import Event
from promscope_api.audit.export import records
from promscope_api.audit.log import AuditLog
from promscope_api.audit.pseudonyms import Pseudonyms
from promscope_api.audit.verify import verify
from promscope_api.security.principal import Principal
from promscope_api.security.request import Request

REQUEST = Request(
    "http", "GET", "http", "/api/v1/ada", "", {"user-agent": "ada's phone"}, "192.0.2.77"
)


def lines(folder: Path) -> list[str]:
    with AuditLog(folder, "api") as log:
        ada = Principal("ada", ("viewer",), "session", session="ada-session")
        bob = Principal("bob", ("viewer",), "token", token="bob-token")
        log.append(Event("session-open", "success", principal=ada, request=REQUEST))
        log.append(Event("user-remove", "success", principal=bob, details={"for_user": "ada"}))
        log.append(Event("request-refused", "failure", phase="denied", reason="ada may not"))
    return list(records(folder))


def test_nobody_is_recognised_and_everybody_stays_one(tmp_path: Path) -> None:
    pseudonyms = Pseudonyms()
    found = [pseudonyms.record(line) for line in lines(tmp_path)]
    text = "\n".join(line or "" for line in found)
    for secret in ("ada", "bob", "192.0.2.77", "phone"):
        assert secret not in text
    first, second, third = (json.loads(line or "") for line in found)
    assert first["user.name"] == second["promscope.for_user"] != second["user.name"]
    assert third["event.action"] == "request-refused"
    assert [one["event.sequence"] for one in (first, second, third)] == [1, 2, 3]


def test_each_record_is_found_again_by_its_hash(tmp_path: Path) -> None:
    (line, *_) = lines(tmp_path)
    handed_out = json.loads(Pseudonyms().record(line) or "")
    assert handed_out["promscope.chain.hash"] == json.loads(line)["promscope.chain.hash"]
    assert verify(tmp_path)[0].problem == ""


def test_two_exports_cannot_be_joined(tmp_path: Path) -> None:
    (line, *_) = lines(tmp_path)
    one, other = (json.loads(Pseudonyms().record(line) or "") for _ in range(2))
    assert one["user.name"] != other["user.name"]


def test_a_damaged_line_may_name_anybody_and_is_left_out() -> None:
    assert Pseudonyms().record('{"user.name":"ada"}') is None
