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
