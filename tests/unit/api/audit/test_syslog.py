"""Records over syslog with TLS, at a server that asks for a certificate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promscope_api.audit.forwarder import SinkFailed
from promscope_api.audit.syslog import Syslog, message
from promscope_wire.client_tls import ClientTls
from promscope_wire.web.address import Address
from tests.trust.sinks import SyslogServer

RECORD = (
    b'{"@timestamp":"2026-12-01T03:00:00.000Z","event.action":"session-open",'
    b'"event.outcome":"success"}'
)


def shown(server: SyslogServer) -> ClientTls:
    pair = server.authority.issue("api", "api.example")
    return ClientTls(*map(str, (server.authority.ca, *pair)))


def test_every_record_is_a_message(tmp_path: Path) -> None:
    server = SyslogServer(tmp_path)
    with server.serving() as port:
        sink = Syslog(Address("127.0.0.1", port), shown(server))
        sink.send([RECORD, RECORD.replace(b"success", b"failure")])
        sink.send([RECORD])
        assert len(server.got) == 3
    head, _, text = server.got[0].partition(b" - ")
    assert head.startswith(b"<109>1 2026-12-01T03:00:00.000Z ")
    assert head.endswith(b" session-open")
    assert json.loads(text)["event.outcome"] == "success"
    assert server.got[1].startswith(b"<108>1 ")


def test_what_is_no_record_is_passed_on(tmp_path: Path) -> None:
    assert message(b"torn", "host").endswith(b" - - torn")
    assert message(b"[1]", "host").endswith(b" - - [1]")


@pytest.mark.parametrize("with_authority", [True, False])
def test_without_certificates_nothing_is_taken(tmp_path: Path, with_authority: bool) -> None:
    server = SyslogServer(tmp_path)
    tls = ClientTls(str(server.authority.ca)) if with_authority else ClientTls()
    with server.serving() as port, pytest.raises(SinkFailed, match=r"--audit\.syslog-address"):
        Syslog(Address("127.0.0.1", port), tls).send([RECORD])
    assert server.got == []


def test_a_file_that_cannot_be_used_is_named() -> None:
    with pytest.raises(SinkFailed, match=r"nowhere\.pem"):
        Syslog(Address("127.0.0.1", 9), ClientTls("nowhere.pem")).send([RECORD])
