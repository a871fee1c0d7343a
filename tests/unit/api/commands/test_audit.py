"""`promscope audit export`; tail and verify are in tests/unit/api/test_operator.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.operator import main


def test_the_records_that_concern_a_user(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = ["--storage.path", str(tmp_path)]
    for user in ("ada", "bob"):
        main(["sign-in-code", "--user", user, *storage])
    capsys.readouterr()
    assert main(["audit", "export", *storage]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(["audit", "export", "--user", "ada", *storage]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert '"promscope.for_user":"ada"' in line
    assert main(["audit", "export", "--user", "ada", "--pseudonymise", *storage]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert '"promscope.for_user":"pseudonym-' in line
    assert "ada" not in line


def test_a_head_that_was_noted_elsewhere_is_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = ["--storage.path", str(tmp_path)]
    main(["sign-in-code", *storage])
    capsys.readouterr()
    assert main(["audit", "verify", *storage]) == 0
    chain = capsys.readouterr().out.split()[1].rstrip(":")
    assert main(["audit", "verify", "--head", f"{chain}:1", *storage]) == 0
    assert main(["audit", "verify", "--head", f"{chain}:2", *storage]) == 1
    assert "record 2 is missing" in capsys.readouterr().out
    assert main(["audit", "verify", "--head", f"{chain}:1:{'f' * 64}", *storage]) == 1
    assert "was replaced" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["audit", "verify", "--head", chain, *storage])
    assert "CHAIN:NUMBER" in capsys.readouterr().err
