"""A1: whatever a field holds, a record is one line and the chain verifies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, chain_files
from promscope_api.audit.tail import last
from promscope_api.audit.verify import verify
from promscope_api.security.principal import Principal
from promscope_api.security.request import Request
from tests.trust.probe import record

FIELDS = {
    "newline": 'a\nb\r\n{"event.action":"forged"}\n',
    "json": '","promscope.chain.hash":"' + "0" * 64 + '"}',
    "separators": "a\u2028b\u2029c\x85d\x0be",
    "cef": r"CEF:0|x|y|1|2|3|=\=\|",
    "nul": "a\x00b",
    "surrogate": "\udcff\ud800",
    "bidi": "\u202eevil",
    "escape": "\x1b[2J\x1b]52;c;eA==\x07",
    "endless": "x" * 1_000_000,
}


@pytest.mark.parametrize("value", FIELDS.values(), ids=FIELDS.keys())
def test_one_record_is_one_line(tmp_path: Path, value: str) -> None:
    request = Request("http", value, "http", value, value, {"user-agent": value}, value)
    event = Event(
        action="container-stop",
        outcome="failure",
        reason=value,
        problem=value,
        principal=Principal(value, (value,) * 100, "session", value),
        request=request,
        operation_id=value,
        node=value,
        host_id=value,
        container=record(name=value, image=value),
        details={"more": value},
    )
    with AuditLog(tmp_path, "api") as log:
        log.append(event)
        log.append(Event("code-create", "success"))
        head = log.head
    content = chain_files(tmp_path)[0].read_bytes()
    assert content.count(b"\n") == 2
    assert len(content.splitlines()) == 2
    assert len(content) < 200_000
    assert content.isascii()
    first = json.loads(content.splitlines()[0])
    assert first["event.action"] == "container-stop"
    assert first["event.outcome"] == "failure"
    (verdict,) = verify(tmp_path, [head])
    assert (verdict.records, verdict.problem) == (2, "")
    shown = last(tmp_path, 10)
    assert len(shown) == 2
    assert all(line.isprintable() for line in shown)
