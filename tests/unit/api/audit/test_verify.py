from __future__ import annotations

from pathlib import Path

from promscope_api.audit.chain import Head
from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog
from promscope_api.audit.verify import verify


def test_no_log_is_no_verdict(tmp_path: Path) -> None:
    assert verify(tmp_path) == []


def test_every_chain_has_its_verdict(tmp_path: Path) -> None:
    heads = []
    for writer, records in (("api", 3), ("operator", 1)):
        with AuditLog(tmp_path, writer) as log:
            for _ in range(records):
                log.append(Event("code-create", "success"))
            heads.append(log.head)
    verdicts = verify(tmp_path, heads)
    assert [(verdict.records, verdict.problem) for verdict in verdicts] == [(3, ""), (1, "")]


def test_a_chain_that_only_the_store_knows_is_gone(tmp_path: Path) -> None:
    (verdict,) = verify(tmp_path, [Head("api-0123", 7, "f" * 64)])
    assert (verdict.chain, verdict.records) == ("api-0123", 0)
    assert "record 1 is missing" in verdict.problem


def test_an_older_noted_head_is_no_problem(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        noted = log.append(Event("code-create", "success"))
        log.append(Event("code-create", "success"))
    assert verify(tmp_path, [noted])[0].problem == ""


def test_a_head_from_elsewhere_tells_of_a_cut_end_and_of_another_record(tmp_path: Path) -> None:
    with AuditLog(tmp_path, "api") as log:
        known = [log.append(Event("code-create", "success")) for _ in range(3)]
    chain = known[0].chain
    assert verify(tmp_path, [Head(chain, 3, ""), *known])[0].problem == ""
    assert "record 4 is missing" in verify(tmp_path, [Head(chain, 4, ""), *known])[0].problem
    other = Head(chain, 2, "f" * 64)
    assert "line 2: the record was replaced" in verify(tmp_path, [other, *known])[0].problem
