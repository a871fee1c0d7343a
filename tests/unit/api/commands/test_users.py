from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from promscope_api.operator import main
from promscope_api.security.passwords import Passwords
from promscope_api.security.users import Users
from promscope_api.store.store import Store

GOOD = "correct horse battery"


def typed(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))


def test_a_user_from_first_to_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = ["--storage.path", str(tmp_path)]
    typed(monkeypatch, GOOD)
    assert main(["users", "add", "ada", "--role", "operator", *storage]) == 0
    with Store.open(tmp_path) as store:
        assert Users(store, Passwords()).check("ada", GOOD, "").roles == ("operator",)
    assert main(["users", "list", *storage]) == 0
    assert "ada   operator" in capsys.readouterr().out
    typed(monkeypatch, "another horse battery")
    assert main(["users", "password", "ada", *storage]) == 0
    with Store.open(tmp_path) as store:
        Users(store, Passwords()).check("ada", "another horse battery", "")
    assert main(["users", "remove", "ada", *storage]) == 0
    with Store.open(tmp_path) as store:
        assert Users(store, Passwords()).all() == []
    assert main(["audit", "tail", *storage, "--json"]) == 0
    told = capsys.readouterr().out
    assert told.count('"event.action":"user-') == 3
    assert "horse" not in told


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["users", "add", "ada"], "already"),
        (["users", "add", "a\nb"], "printable"),
        (["users", "remove", "eve"], "no user eve"),
        (["users", "password", "eve"], "no user eve"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str],
    remedy: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Store.open(tmp_path) as store:
        Users(store, Passwords()).add("ada", GOOD, ("viewer",))
    typed(monkeypatch, GOOD)
    assert main([*arguments, "--storage.path", str(tmp_path)]) == 1
    assert remedy in capsys.readouterr().err


def test_a_short_password_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "short")
    assert main(["users", "add", "ada", "--storage.path", str(tmp_path)]) == 1
    assert "12 to 256 characters" in capsys.readouterr().err
