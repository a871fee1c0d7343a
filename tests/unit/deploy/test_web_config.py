"""deploy/web-config.yml: understood by us and by promtool alike."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from promscope_wire.web.config import InvalidWebConfig
from promscope_wire.web.gate import Gate
from tests.docs.promql import ROOT
from tests.trust.certificates import Authority

FILES = "cert_file: server.crt, key_file: server.key"
EXAMPLE = ROOT / "deploy" / "web-config.yml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The example, with the files that it names."""
    made = Path(shutil.copy(EXAMPLE, tmp_path))
    authority = Authority(tmp_path)
    certificate, key = authority.issue("server", "127.0.0.1")
    certificate.rename(tmp_path / "server.crt")
    key.rename(tmp_path / "server.key")
    authority.ca.rename(tmp_path / "client-ca.crt")
    return made


def _promtool(file: Path) -> tuple[int, str]:
    done = subprocess.run(
        ["promtool", "check", "web-config", str(file)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


async def test_the_example_is_accepted_by_both(copy: Path) -> None:
    status, output = _promtool(copy)
    assert (status, "SUCCESS" in output) == (0, True), output
    gate = Gate(str(copy))
    assert gate.tls is not None
    refusal = await gate.admit()
    assert refusal is not None
    assert refusal.status == 401


@pytest.mark.parametrize(
    "wrong",
    [
        "tls_server_config: {cert_file: server.crt}",
        f"tls_server_config: {{{FILES}, min_version: TLS9}}",
        f"tls_server_config: {{{FILES}, client_ca_file: server.crt}}",
        "http_server_config: {headers: {Server: x}}",
        "basic_auth_users: {a: b}",
        "unknown: 1",
    ],
)
def test_what_promtool_refuses_is_refused_here(copy: Path, wrong: str) -> None:
    copy.write_text(wrong)
    assert _promtool(copy)[0] != 0
    with pytest.raises(InvalidWebConfig):
        Gate(str(copy))
