from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.operator import main
from promscope_api.security.sessions import Sessions
from promscope_api.store.store import Store


def test_a_session_is_listed_and_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage = ["--storage.path", str(tmp_path)]
    with Store.open(tmp_path) as store:
        token, principal = Sessions(store).open("ada", ("viewer",), "192.0.2.1")
    assert main(["sessions", "list", *storage]) == 0
    shown = capsys.readouterr().out
    assert principal.session in shown
    assert "192.0.2.1" in shown
    assert main(["sessions", "revoke", principal.session, *storage]) == 0
    with Store.open(tmp_path) as store:
        assert Sessions(store).principal(token) is None
    assert main(["sessions", "revoke", principal.session, *storage]) == 1
    assert "promscope sessions list" in capsys.readouterr().err
