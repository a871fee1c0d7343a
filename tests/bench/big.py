"""A stand-in of the API that answers one large view at once."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import Any

from tests.browser.fixture.app import Application, Stage
from tests.browser.fixture.views import VIEWS

Json = dict[str, Any]


class Big(Application):
    """The page at `/`, another built page at `/bench/`; without a view the small world's."""

    def __init__(self, stage: Stage, page: Path, bench: Path, view: Json) -> None:
        super().__init__(stage, page)
        self._bench = bench
        self._view = json.dumps(view, separators=(",", ":")).encode() if view else b""
        self._full = json.dumps({"type": "full"} | view) if view else ""

    def _answer(self, scope: Any, body: bytes) -> tuple[int, str, bytes]:
        path = scope["path"]
        if path.startswith("/bench/"):
            file = self._bench / path.removeprefix("/bench/")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return 200, kind, file.read_bytes()
        if self._view and path == "/api/v1/topology/containers":
            return 200, "application/json", self._view
        return super()._answer(scope, body)

    async def _speak(self, view: str, wanted: str, queue: Any, send: Any) -> None:
        if not self._view:
            await super()._speak(view, wanted, queue, send)
            return
        assert view in VIEWS
        await send({"type": "websocket.send", "text": self._full})
        await queue.get()
        await send({"type": "websocket.close", "code": 1001})
