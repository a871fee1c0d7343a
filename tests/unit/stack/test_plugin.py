"""The archive of the plugin, from a build that is made up."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from stack.plugin import pack


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    (folder / "panel").mkdir(parents=True)
    manifest = {"id": "a-b-app", "info": {"version": "1.2.3"}}
    (folder / "plugin.json").write_text(json.dumps(manifest))
    (folder / "panel" / "module.js").write_text("define([])")
    return folder


def test_everything_is_in_a_folder_of_the_plugins_id(built: Path, tmp_path: Path) -> None:
    archive = pack(built, tmp_path / "out")
    assert archive.name == "a-b-app-1.2.3.zip"
    with zipfile.ZipFile(archive) as content:
        assert content.namelist() == ["a-b-app/panel/module.js", "a-b-app/plugin.json"]
        assert content.read("a-b-app/panel/module.js") == b"define([])"
        assert content.testzip() is None


def test_equal_builds_are_equal_archives(built: Path, tmp_path: Path) -> None:
    one = pack(built, tmp_path / "one").read_bytes()
    (built / "panel" / "module.js").touch()
    assert pack(built, tmp_path / "two").read_bytes() == one
