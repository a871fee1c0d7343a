"""Records over HTTP: signed, repeated under one id, and refused answers are no receipts."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

import pytest

from promscope_api.audit.forwarder import SinkFailed
from promscope_api.audit.webhook import Webhook, signed
from promscope_wire.client_tls import ClientTls
from tests.trust.sinks import Hook

SECRET = b"a-secret-of-some-length"


@pytest.fixture
def secret_file(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.touch(0o600)
    path.write_bytes(SECRET)
    return str(path)


def test_json_lines_with_a_signature_that_can_be_checked(secret_file: str) -> None:
    hook = Hook()
    with hook.serving() as url:
        Webhook(url, secret_file, ClientTls(), now=lambda: 1_700_000_000.5).send(
            [b"{}", b'{"a":1}']
        )
    ((headers, body),) = hook.got
    assert body == b'{}\n{"a":1}\n'
    assert headers["content-type"] == "application/x-ndjson"
    assert headers["webhook-timestamp"] == "1700000000"
    text = f"{headers['webhook-id']}.1700000000.".encode() + body
    digest = base64.b64encode(hmac.new(SECRET, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"


def test_the_same_records_have_the_same_id() -> None:
    first, again, other = (signed(body, SECRET, 1) for body in (b"a", b"a", b"b"))
    assert first["webhook-id"] == again["webhook-id"] != other["webhook-id"]


@pytest.mark.parametrize("status", [301, 400, 500])
def test_only_2xx_is_a_receipt_and_no_redirect_is_followed(secret_file: str, status: int) -> None:
    hook = Hook()
    hook.answers = [status]
    with hook.serving() as url, pytest.raises(SinkFailed, match=f"HTTP {status}"):
        Webhook(url, secret_file, ClientTls()).send([b"{}"])
    assert len(hook.got) == 1


def test_nobody_there_is_said(secret_file: str) -> None:
    hook = Hook()
    with hook.serving() as url:
        pass
    with pytest.raises(SinkFailed, match=r"--audit\.webhook-url"):
        Webhook(url, secret_file, ClientTls()).send([b"{}"])


def test_without_its_secret_nothing_is_sent(tmp_path: Path) -> None:
    hook = Hook()
    with hook.serving() as url, pytest.raises(SinkFailed, match="nowhere"):
        Webhook(url, str(tmp_path / "nowhere"), ClientTls()).send([b"{}"])
    assert hook.got == []
