from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from promscope_api.operator import main
from promscope_api.security.probes import Probes
from promscope_api.store.store import Store


def test_a_probe_from_its_invitation_to_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = ["--storage.path", str(tmp_path)]
    assert main(["probes", "invite", "web-1", "--hours", "2", *storage]) == 0
    token = capsys.readouterr().out.split()[-1]
    with Store.open(tmp_path) as store:
        joined = Probes(store).admit(f"psp_{secrets.token_urlsafe(32)}", token, lambda _probe: None)
    assert joined is not None
    assert main(["probes", "list", *storage]) == 0
    assert joined.id in capsys.readouterr().out
    assert main(["probes", "revoke", joined.id, *storage]) == 0
    assert main(["probes", "revoke", joined.id, *storage]) == 1
    assert "promscope probes list" in capsys.readouterr().err
    assert main(["audit", "tail", *storage, "--json"]) == 0
    told = capsys.readouterr().out
    assert '"event.action":"probe-invite"' in told
    assert '"event.action":"probe-revoke"' in told
    assert token not in told


def test_an_invitation_for_ever_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invite = ["probes", "invite", "web-1", "--hours", "9999", "--storage.path", str(tmp_path)]
    assert main(invite) == 1
    assert "days at most" in capsys.readouterr().err
