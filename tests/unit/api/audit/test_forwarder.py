"""A sink that fails gets everything later, once it takes records again; each change is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.audit import forwarder as module
from promscope_api.audit.chain import read
from promscope_api.audit.event import Event
from promscope_api.audit.forwarder import Forwarder
from promscope_api.audit.log import AuditLog
from promscope_api.audit.outbox import Outbox
from promscope_api.audit.webhook import Webhook
from promscope_wire.client_tls import ClientTls
from tests.acceptance.patience import until
from tests.trust.sinks import Hook

EVENT = Event("code-create", "success")


def forwarder(folder: Path, url: str) -> Forwarder:
    secret = folder / "secret"
    secret.touch(0o600)
    secret.write_text("a-secret-of-some-length")
    return Forwarder(Outbox(folder, "webhook"), Webhook(url, str(secret), ClientTls()))


def numbers(hook: Hook) -> list[int]:
    return [read(line)[1].sequence for _, body in hook.got for line in body.splitlines()]


def test_what_a_failing_sink_missed_comes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(module, "FIRST_BACKOFF_SECONDS", 0.01)
    caplog.set_level("INFO")
    hook = Hook()
    with AuditLog(tmp_path, "api") as log, hook.serving() as url:
        hook.answers = [503, 503]
        one = forwarder(tmp_path, url)
        log.append(EVENT)
        one.start()
        until(lambda: one.sent == 1, "the first record")
        log.append(EVENT)
        until(lambda: one.sent == 2, "the second record")
        one.close()
        log.append(EVENT)
        again = forwarder(tmp_path, url)
        again.start()
        until(lambda: again.sent == 1, "the third record, by the next process")
        again.close()
    assert numbers(hook) == [1, 1, 1, 2, 3]
    assert caplog.text.count("does not reach webhook: it answered HTTP 503") == 1
    assert "reaches webhook again" in caplog.text
    assert one.complaint == ""


def test_while_it_fails_it_says_so_and_ends_at_once(tmp_path: Path) -> None:
    hook = Hook()
    with AuditLog(tmp_path, "api") as log, hook.serving() as url:
        hook.answers = [500] * 100
        log.append(EVENT)
        one = forwarder(tmp_path, url)
        one.start()
        until(lambda: one.complaint, "the complaint")
        one.close()
    assert one.sent == 0
