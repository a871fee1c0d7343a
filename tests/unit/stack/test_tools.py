from pathlib import Path

import pytest

from stack import tools


def test_all_that_is_missing_is_named_by_package_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "SYSTEM", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tools.missing() == sorted(set(tools.PROGRAMS.values()))
    assert tools.missing("promtool", "prometheus") == ["prometheus"]
    (tmp_path / "promtool").touch(mode=0o755)
    assert tools.missing("promtool") == []
    assert tools.find("promtool") == str(tmp_path / "promtool")
