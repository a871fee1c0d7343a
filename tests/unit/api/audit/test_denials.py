from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.audit.chain import read
from promscope_api.audit.denials import Denials
from promscope_api.audit.log import AuditLog, AuditUnavailable, chain_files
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request


def request(peer: str) -> Request:
    return Request("http", "GET", "http", "/x", "", {}, peer)


def test_each_peer_has_a_few_records_and_the_rest_is_counted(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        denials = Denials(log)
        for _ in range(50):
            denials.denied(request("192.0.2.1"), Refused(403, "foreign-origin", "no"), None)
        denials.denied(request("192.0.2.2"), Refused(403, "foreign-origin", "no"), None)
    records = [read(line)[0] for line in chain_files(tmp_path)[0].read_bytes().splitlines()]
    assert [record["source.ip"] for record in records].count("192.0.2.1") == 5
    assert records[-1]["promscope.suppressed"] == 45


def test_all_together_are_limited_too(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        denials = Denials(log)
        for number in range(500):
            peer = f"10.0.{number // 250}.{number % 250}"
            denials.denied(request(peer), Refused(401, "denied", "no"), None)
        assert log.head.sequence < 100


def test_a_probe_is_recorded_as_one(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        probe = Principal("probe", (), "probe")
        Denials(log).denied(request("::1"), Refused(403, "wrong-secret", "no"), probe)
    record, _ = read(chain_files(tmp_path)[0].read_bytes())
    assert (record["event.action"], record["promscope.problem"]) == ("tunnel-open", "wrong-secret")


def test_what_merely_failed_is_no_denial(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        Denials(log).denied(request("::1"), Refused(503, "store-unavailable", "later"), None)
        assert log.head.sequence == 0


def test_a_log_that_cannot_be_written_does_not_let_anybody_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with AuditLog(tmp_path, "api") as log:

        def full(_: object) -> None:
            raise AuditUnavailable("disk full")

        log.append = full  # type: ignore[method-assign, assignment]
        Denials(log).denied(request("::1"), Refused(403, "x", "no"), None)
    assert "could not be recorded: disk full" in caplog.text
