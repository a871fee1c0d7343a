from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator

import pytest

from promscope_api.commands import place
from promscope_api.commands.place import Refusal


class Terminal:
    def isatty(self) -> bool:
        return True


def test_a_password_is_typed_twice_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    typed: Iterator[str] = iter(["one", "one", "one", "two"])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
    assert place.password() == "one"
    with pytest.raises(Refusal, match="differ"):
        place.password()


def test_a_terminal_obeys_nothing_in_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    place.table([("NAME", "ID"), ("\x1b[2Jada", "1")])
    assert capsys.readouterr().out == "NAME        ID\n\\x1b[2Jada  1\n"
