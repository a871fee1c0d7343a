"""A stand-in of Grafana: the harness with the built plugin, and the proxy to a stand-in API."""

from __future__ import annotations

import json
from typing import Any

from stack.places import PLUGIN
from tests.browser import host_page
from tests.browser.fixture.app import Application, Receive, Scope, Send, Stage


class Grafana(Application):
    """The stand-in of the API behind the path of Grafana's data source proxy."""

    PROXY = "/api/datasources/proxy/uid/harness"

    def __init__(self, stage: Stage) -> None:
        # Grafana's own styles are made by script as style elements.
        super().__init__(stage, PLUGIN / "dist", policy=None)
        #: What was saved as the settings of the app.
        self.saved: list[Any] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(self.PROXY):
            scope = scope | {"path": scope["path"].removeprefix(self.PROXY)}
        await super().__call__(scope, receive, send)

    def _answer(self, scope: Scope, body: bytes) -> tuple[int, str, bytes]:
        if scope["path"] == "/api/plugins/promscope-topology-app/settings":
            self.saved.append(json.loads(body))
            return 200, "application/json", b"{}"
        return super()._answer(scope, body)

    def _file(self, path: str) -> tuple[int, str, bytes]:
        return host_page.file(path)
