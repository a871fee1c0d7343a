"""`make plugin`: the Grafana app plugin as the archive that Grafana unpacks."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from stack import page
from stack.places import PLUGIN, ROOT
from stack.terminal import step

#: The oldest moment that an archive can name: equal sources make equal archives.
_THEN = (1980, 1, 1, 0, 0, 0)


def build(folder: Path = PLUGIN) -> Path:
    """Build the plugin and pack it. Raises Refusal."""
    page.modules(folder)
    with step("the plugin"):
        page.npm("run", "build:plugin", folder=folder)
    return pack(folder / "dist", ROOT / "dist")


def pack(built: Path, into: Path) -> Path:
    """`<id>-<version>.zip` of what was built, with everything in a folder named after the id."""
    manifest = json.loads((built / "plugin.json").read_text())
    into.mkdir(parents=True, exist_ok=True)
    archive = into / f"{manifest['id']}-{manifest['info']['version']}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as content:
        for file in _files(built):
            name = f"{manifest['id']}/{file.relative_to(built).as_posix()}"
            entry = zipfile.ZipInfo(name, _THEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            content.writestr(entry, file.read_bytes())
    return archive


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file())
