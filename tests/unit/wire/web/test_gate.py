import base64
import logging
from pathlib import Path

import bcrypt
import pytest

from promscope_wire.web.config import InvalidWebConfig
from promscope_wire.web.gate import Gate
from tests.trust.certificates import Authority

HASH = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
USERS = f"basic_auth_users: {{alice: {HASH}}}\n"
ALICE = "Basic " + base64.b64encode(b"alice:secret").decode()
TLS = "tls_server_config: {cert_file: server.pem, key_file: server.key}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "web-config.yml"


async def status(gate: Gate, authorization: str = "") -> int:
    refusal = await gate.admit(authorization)
    return 200 if refusal is None else refusal.status


async def test_without_a_file_everybody_is_admitted() -> None:
    gate = Gate()
    assert (await status(gate), gate.tls, gate.headers) == (200, None, {})


async def test_users(file: Path) -> None:
    file.write_text(USERS)
    gate = Gate(str(file))
    refusal = await gate.admit()
    assert refusal is not None
    assert (refusal.status, refusal.headers) == (401, {"WWW-Authenticate": "Basic"})
    assert await status(gate, ALICE) == 200


async def test_a_change_counts_from_the_next_request_on(file: Path) -> None:
    file.write_text(USERS)
    gate = Gate(str(file))
    file.write_text(USERS + "http_server_config: {headers: {X-Frame-Options: deny}}\n")
    assert await status(gate, ALICE) == 200
    assert gate.headers == {"X-Frame-Options": "deny"}
    file.write_text(f"basic_auth_users: {{bob: {HASH}}}\n")
    assert await status(gate, ALICE) == 401


async def test_a_file_that_breaks_opens_nothing(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text(USERS)
    gate = Gate(str(file))
    for broken in ("basic_auth_users: [", "unknown: 1\n", None):
        file.unlink() if broken is None else file.write_text(broken)
        assert [await status(gate, ALICE) for _ in range(3)] == [500] * 3
    assert sum("refused until" in record.message for record in caplog.records) == 3
    file.write_text(USERS)
    assert [await status(gate, ALICE), await status(gate)] == [200, 401]


async def test_the_limit_comes_before_the_password(file: Path) -> None:
    file.write_text(USERS + "rate_limit: {interval: 1h, burst: 2}\n")
    gate = Gate(str(file))
    assert [await status(gate) for _ in range(4)] == [401, 401, 429, 429]
    assert await status(gate, ALICE) == 429


async def test_the_next_handshake_has_the_new_certificate(file: Path) -> None:
    authority = Authority(file.parent)
    authority.issue("server", "old.example")
    file.write_text(TLS)
    gate = Gate(str(file))
    first = gate.context()
    assert gate.context() is first
    authority.issue("server", "new.example")
    assert gate.context() is not first


async def test_a_certificate_that_breaks_keeps_the_last_and_refuses(file: Path) -> None:
    authority = Authority(file.parent)
    certificate, _ = authority.issue("server", "a.example")
    file.write_text(TLS)
    gate = Gate(str(file))
    first = gate.context()
    content = certificate.read_text()
    certificate.write_text("")
    assert gate.context() is first
    assert await status(gate) == 500
    certificate.write_text(content)
    assert await status(gate) == 200


@pytest.mark.parametrize(("before", "after"), [("", TLS), (TLS, "")])
async def test_tls_is_not_switched_while_running(file: Path, before: str, after: str) -> None:
    Authority(file.parent).issue("server", "a.example")
    file.write_text(before)
    gate = Gate(str(file))
    file.write_text(after + "# changed\n")
    assert await status(gate) == 500


def test_what_cannot_be_used_is_told_at_the_start(file: Path) -> None:
    file.write_text(TLS)
    with pytest.raises(InvalidWebConfig, match=r"web-config\.yml: tls_server_config.*server\.pem"):
        Gate(str(file))


async def test_http2_is_said_to_be_ignored(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.write_text("http_server_config: {http2: true}\n")
    with caplog.at_level(logging.INFO):
        assert await status(Gate(str(file))) == 200
    assert "HTTP/1.1" in caplog.text
