"""A stand-in of Grafana: the harness with the built plugin, and the proxy to the API."""

from __future__ import annotations

import mimetypes
from typing import ClassVar

from stack.places import PLUGIN
from tests.browser.fixture.app import Application, Receive, Scope, Send, Stage

HARNESS = PLUGIN / "harness"


class Grafana(Application):
    """The stand-in of the API behind the path of Grafana's data source proxy."""

    PROXY = "/api/datasources/proxy/uid/harness"
    FOLDERS: ClassVar = {
        "/harness/": HARNESS / "dist",
        "/plugin/": PLUGIN / "dist",
        "/public/": HARNESS / "node_modules/@grafana/ui/dist/public",
    }

    def __init__(self, stage: Stage) -> None:
        # Grafana's own styles are made by script as style elements.
        super().__init__(stage, PLUGIN / "dist", policy=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(self.PROXY):
            scope = scope | {"path": scope["path"].removeprefix(self.PROXY)}
        await super().__call__(scope, receive, send)

    def _file(self, path: str) -> tuple[int, str, bytes]:
        for prefix, folder in self.FOLDERS.items():
            if path.startswith(prefix):
                file = (folder / path.removeprefix(prefix)).resolve()
                if not file.is_relative_to(folder.resolve()) or not file.is_file():
                    return 404, "text/plain", b"not found"
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                return 200, kind, file.read_bytes()
        return 404, "text/plain", b"not found"
