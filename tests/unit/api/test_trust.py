"""Opening and closing it all: what is wrong is said at the start, with the remedy."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from promscope_api import trust as module
from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditUnavailable, chain_files
from promscope_api.audit.options import AuditSettings
from promscope_api.audit.verify import verify
from promscope_api.store.store import StoreUnavailable
from promscope_api.trust import Trust, TrustSettings
from promscope_wire.client_tls import ClientTls
from promscope_wire.secretfile import UnusableSecret
from promscope_wire.web.address import Address
from tests.acceptance.patience import until
from tests.trust.listener import Recorder
from tests.trust.postgres import PostgresServer
from tests.trust.sinks import Hook, SyslogServer
from tests.trust.web import Web


def opened(folder: Path, **settings: str) -> Trust:
    return Trust.open(TrustSettings(storage=folder, **settings), Recorder())  # type: ignore[arg-type]


def test_every_start_is_recorded_and_the_chain_is_whole(tmp_path: Path) -> None:
    for _ in range(2):
        opened(tmp_path).close()
    trust = opened(tmp_path)
    heads = trust.heads.all()
    trust.close()
    (verdict,) = verify(tmp_path / "audit", heads)
    assert (verdict.records, verdict.problem) == (3, "")
    assert heads[0].sequence == 3


async def test_the_head_is_anchored_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANCHOR_SECONDS", 0.01)
    trust = opened(tmp_path)
    anchoring = asyncio.create_task(trust.anchor())
    head = trust.audit.append(Event("code-create", "success"))
    while trust.heads.all() != [head]:
        await asyncio.sleep(0.01)
    anchoring.cancel()
    await asyncio.gather(anchoring, return_exceptions=True)
    trust.close()


@pytest.mark.parametrize("cut", ["tail", "all"])
def test_records_that_are_missing_are_noticed_at_the_start(
    tmp_path: Path, cut: str, caplog: pytest.LogCaptureFixture
) -> None:
    trust = opened(tmp_path)
    trust.audit.append(Event("code-create", "success"))
    trust.close()
    (path,) = chain_files(tmp_path / "audit")
    if cut == "all":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    opened(tmp_path).close()
    assert "promscope audit verify" in caplog.text
    assert any(
        "audit-records-missing" in file.read_text() for file in chain_files(tmp_path / "audit")
    )


def test_two_apis_cannot_share_a_folder(tmp_path: Path) -> None:
    first = opened(tmp_path)
    with pytest.raises(AuditUnavailable, match=r"--storage\.path"):
        opened(tmp_path)
    first.close()


def test_an_unusable_secret_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(UnusableSecret, match="nowhere"):
        opened(tmp_path, secret_file=str(tmp_path / "nowhere"))


def test_an_unusable_folder_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        opened(tmp_path / "file")


def test_replicas_share_who_is_signed_in_and_what_is_saved(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"name": "Payments", "view": "containers", "query": ""}
    folders = (tmp_path / "one", tmp_path / "two")
    for folder in folders:
        folder.mkdir()
    with (
        PostgresServer() as server,
        Web(folders[0], postgresql=server.settings) as one,
        Web(folders[1], postgresql=server.settings) as two,
    ):
        cookie = one.sign_in()["cookie"]
        at_one, at_two = ({"cookie": cookie, "origin": web.url} for web in (one, two))
        made = two.ask("POST", "/api/v1/filters", body, **at_two)
        assert made.status == 201
        assert one.ask("GET", "/api/v1/filters", **at_one).json["items"] == [made.json]
        refused = one.ask("POST", "/api/v1/filters", {**body, "name": "a\0b"}, **at_one)
        assert (refused.status, "NUL" in refused.json["detail"]) == (400, True)
        assert two.ask("DELETE", "/api/v1/session", **at_two).status == 204
        assert one.ask("GET", "/api/v1/filters", **at_one).status == 401
        server.stop()
        away = one.ask("GET", "/api/v1/filters", **at_one)
        assert (away.status, away.json["type"].rpartition(":")[2]) == (503, "store-unavailable")
        server.start()
        assert one.ask("GET", "/api/v1/filters", **at_one).status == 401
    assert "lacks records" not in caplog.text


def test_both_sinks_get_every_record_of_the_api(tmp_path: Path) -> None:
    server, hook = SyslogServer(tmp_path), Hook()
    secret = tmp_path / "webhook.secret"
    secret.touch(0o600)
    secret.write_text("a-secret-of-some-length")
    pair = server.authority.issue("audit", "api.example")
    with server.serving() as port, hook.serving() as url:
        audit = AuditSettings(
            webhook_url=url,
            webhook_secret_file=str(secret),
            syslog=Address("127.0.0.1", port),
            tls=ClientTls(*map(str, (server.authority.ca, *pair))),
        )
        with Web(tmp_path, audit=audit) as web:
            web.sign_in()
            until(lambda: b"session-open" in b"".join(body for _, body in hook.got), "webhook")
            until(lambda: b"session-open" in b"".join(server.got), "syslog")
            assert web.trust.audit_complaint() == ""
            hook.answers = [500] * 100
            web.sign_in()
            until(web.trust.audit_complaint, "the complaint")
    assert "webhook: it answered HTTP 500" in web.trust.audit_complaint()
    assert server.got[0].split(b" ")[5] == b"audit-begin"


def test_a_webhook_without_its_secret_stops_the_start(tmp_path: Path) -> None:
    audit = AuditSettings(webhook_url="https://x/", webhook_secret_file=str(tmp_path / "nowhere"))
    with pytest.raises(UnusableSecret, match="nowhere"):
        opened(tmp_path, audit=audit)  # type: ignore[arg-type]
