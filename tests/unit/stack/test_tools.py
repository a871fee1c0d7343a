from pathlib import Path

import pytest

from stack import tools


def test_all_that_is_missing_is_named_by_package_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "SYSTEM", str(tmp_path))
    monkeypatch.setattr(tools, "VERSIONED", tmp_path / "versions")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tools.missing() == sorted(set(tools.PROGRAMS.values()))
    assert tools.missing("promtool", "prometheus") == ["prometheus"]
    (tmp_path / "promtool").touch(mode=0o755)
    assert tools.missing("promtool") == []
    assert tools.find("promtool") == str(tmp_path / "promtool")


def test_a_program_of_its_own_version_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("14", "15"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch(mode=0o755)
    monkeypatch.setattr(tools, "SYSTEM", "")
    monkeypatch.setattr(tools, "VERSIONED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tools.find("initdb") == str(tmp_path / "15" / "bin" / "initdb")
