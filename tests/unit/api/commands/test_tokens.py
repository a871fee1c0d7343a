from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.operator import main
from promscope_api.security.grafana import GrafanaPin
from promscope_api.security.tokens import Tokens
from promscope_api.store.store import Store


def test_a_token_from_first_to_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage = ["--storage.path", str(tmp_path)]
    create = ["tokens", "create", "grafana", "--user", "ada", "--scope", "view", "--days", "1"]
    assert main([*create, *storage]) == 0
    secret = capsys.readouterr().out.split()[-1]
    with Store.open(tmp_path) as store:
        found = Tokens(store).find(secret)
        (token,) = Tokens(store).all()
    assert found == token
    assert (token.user, token.roles, token.scopes) == ("ada", ("viewer",), ("view",))
    assert token.expires - token.created == 86_400
    assert main(["tokens", "list", *storage]) == 0
    shown = capsys.readouterr().out
    assert token.id in shown
    assert secret not in shown
    assert main(["tokens", "revoke", token.id, *storage]) == 0
    assert main(["tokens", "revoke", token.id, *storage]) == 1
    with Store.open(tmp_path) as store:
        assert Tokens(store).find(secret) is None
    capsys.readouterr()
    assert main(["audit", "tail", *storage, "--json"]) == 0
    told = capsys.readouterr().out
    assert '"event.action":"token-create"' in told
    assert '"event.action":"token-revoke"' in told
    assert secret not in told


def test_a_token_for_a_data_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage = ["--storage.path", str(tmp_path)]
    create = ["tokens", "create", "grafana", "--grafana-url", "https://grafana.example/", *storage]
    assert main(create) == 0
    with Store.open(tmp_path) as store:
        (token,) = Tokens(store).all()
    assert token.grafana == GrafanaPin("https://grafana.example/", "org:1")
    assert main(["tokens", "create", "x", "--grafana-url", "file:///keys", *storage]) == 1
    assert "http:// or https://" in capsys.readouterr().err


def test_a_lifetime_without_end_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create = ["tokens", "create", "ci", "--days", "9999", "--storage.path", str(tmp_path)]
    assert main(create) == 1
    assert "days at most" in capsys.readouterr().err
