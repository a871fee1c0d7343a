"""The operator's command line, as it is typed."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from promscope_api.audit.chain import Head
from promscope_api.audit.heads import Heads
from promscope_api.audit.log import chain_files
from promscope_api.operator import main
from promscope_api.security.codes import SignInCodes
from promscope_api.store.store import Store
from promscope_wire.secretfile import read_secret
from tests.trust.postgres import PostgresServer


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMSCOPE_STORAGE_PATH", raising=False)


def test_a_code_for_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sign-in-code", "--storage.path", str(tmp_path), "--user", "ada"]) == 0
    shown = capsys.readouterr().out
    code = shown.split()[-1]
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){2}[0-9A-Z]{4}", code)
    with Store.open(tmp_path) as store:
        assert SignInCodes(store).redeem(code, "").user == "ada"
    (path,) = chain_files(tmp_path / "audit")
    record = json.loads(path.read_text())
    assert (record["event.action"], record["promscope.for_user"]) == ("code-create", "ada")
    assert code not in path.read_text()


def test_the_folder_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMSCOPE_STORAGE_PATH", str(tmp_path))
    assert main(["sign-in-code"]) == 0


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["sign-in-code"], "--storage.path"),
        (["sign-in-code", "--storage.path", "/nowhere"], "no folder /nowhere"),
        (["sign-in-code", "--storage.path", "/tmp", "--user", "a\nb"], "printable"),
        (["sign-in-code", "--storage.path", "/tmp", "--role", "x"], "admin"),
        (["audit", "verify", "--storage.path", "/nowhere"], "no folder /nowhere"),
        (["audit", "tail"], "--storage.path"),
        (["tunnel-secret", "/nowhere/secret"], "cannot make"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(
    arguments: list[str], remedy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    assert remedy in capsys.readouterr().err


def test_verifying_a_whole_and_a_damaged_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = ["--storage.path", str(tmp_path)]
    assert main(["audit", "verify", *storage]) == 0
    assert "no audit log yet" in capsys.readouterr().out
    for _ in range(3):
        main(["sign-in-code", *storage])
    capsys.readouterr()
    assert main(["audit", "verify", *storage]) == 0
    assert "3 records" in capsys.readouterr().out
    (path,) = chain_files(tmp_path / "audit")
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert main(["audit", "verify", *storage]) == 1
    assert "record 2 is missing" in capsys.readouterr().out


def test_the_last_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage = ["--storage.path", str(tmp_path)]
    for _ in range(3):
        main(["sign-in-code", *storage])
    capsys.readouterr()
    assert main(["audit", "tail", *storage, "-n", "2"]) == 0
    assert capsys.readouterr().out.count("code-create success") == 2
    assert main(["audit", "tail", *storage, "--json", "-n", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["event.sequence"] == 3


def test_a_secret_for_the_tunnel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tunnel.secret"
    assert main(["tunnel-secret", str(path)]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = read_secret(path)
    assert len(secret) >= 32
    assert main(["tunnel-secret", str(path)]) == 0
    assert read_secret(path) == secret
    assert secret.decode() not in capsys.readouterr().out
    path.chmod(0o644)
    assert main(["tunnel-secret", str(path)]) == 1


@pytest.mark.parametrize(
    "arguments", [[], ["audit"], ["nonsense"], ["users"], ["sign-in-code", "--rolle", "x"]]
)
def test_wrong_usage_is_shown(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_commands_work_in_the_database_that_replicas_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    with PostgresServer() as server:
        with Store.open(two, server.settings) as store:
            Heads(store).note(Head("api-other", 5, "x"))
        one.mkdir()
        assert main(["sign-in-code", "--storage.path", str(one), *split(server.flags)]) == 0
        code = capsys.readouterr().out.split()[-1]
        with Store.open(two, server.settings) as store:
            assert SignInCodes(store).redeem(code, "").user
        monkeypatch.setenv("PROMSCOPE_STORAGE_POSTGRESQL_URL", server.url)
        monkeypatch.setenv("PROMSCOPE_STORAGE_POSTGRESQL_PASSWORD_FILE", str(server.password_file))
        assert main(["audit", "verify", "--storage.path", str(one)]) == 0
        shown = capsys.readouterr().out
        assert "whole operator-" in shown
        assert "api-other" not in shown
        for path in chain_files(one / "audit"):
            path.unlink()
        assert main(["audit", "verify", "--storage.path", str(one)]) == 1
    monkeypatch.setenv("PROMSCOPE_STORAGE_POSTGRESQL_URL", "mysql://nowhere")
    assert main(["sign-in-code", "--storage.path", str(one)]) == 1
    assert "postgresql://USER" in capsys.readouterr().err


def split(flags: list[str]) -> list[str]:
    return [part for flag in flags for part in flag.split("=", 1)]
