"""The files of the host page: the harness, the built plugin, and the icons of Grafana."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from stack import page
from stack.places import PLUGIN

HARNESS = PLUGIN / "harness"
_FOLDERS: Mapping[str, Path] = {
    "/harness/": HARNESS / "dist",
    "/plugin/": PLUGIN / "dist",
    "/public/": HARNESS / "node_modules/@grafana/ui/dist/public",
}


@cache
def build() -> None:
    """The plugin and the host page, from what is checked out; once."""
    for folder in (PLUGIN, HARNESS):
        page.modules(folder)
    page.npm("run", "build:plugin")
    page.npm("run", "build", folder=HARNESS)


def file(path: str) -> tuple[int, str, bytes]:
    """Status, media type and content of what a browser asks for."""
    for prefix, folder in _FOLDERS.items():
        if path.startswith(prefix):
            found = (folder / path.removeprefix(prefix)).resolve()
            if found.is_relative_to(folder.resolve()) and found.is_file():
                kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
                return 200, kind, found.read_bytes()
    return 404, "text/plain", b"not found"
