"""A Grafana of the tests' own: the addresses of its HTTP API that an installation asks, with state.

Answers have the shapes of Grafana's HTTP API reference (folder, data source, dashboard, search).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "glsa_of-the-tests"
Json = dict[str, Any]


class Grafana:
    """What it holds, by uid, and what was written to it."""

    def __init__(self) -> None:
        self.plugins = ["prometheus"]
        self.folders: dict[str, Json] = {}
        self.sources: dict[str, Json] = {}
        self.dashboards: dict[str, Json] = {}
        self.writes: list[str] = []
        self.broken = False
        self.url = ""

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Json) -> Any:
        """The content of a 200; None: 404."""
        if method != "GET":
            self.writes.append(f"{method} {path}")
        match method, path.removeprefix("/api/").split("/"):
            case "GET", ["plugins"]:
                return [{"id": one} for one in self.plugins]
            case "GET", ["search"]:
                folder = query["folderUIDs"][0]
                held = self.dashboards.items()
                return [{"uid": uid} for uid, one in held if one["meta"]["folderUid"] == folder]
            case "POST", ["folders"]:
                return self.folders.setdefault(body["uid"], body)
            case "POST", ["datasources"]:
                return self._keep_source(body)
            case "PUT", ["datasources", "uid", uid] if uid in self.sources:
                return self._keep_source(body)
            case "POST", ["dashboards", "db"]:
                return self._keep_dashboard(body)
            case _, ["folders", uid]:
                return self._one(method, self.folders, uid)
            case _, ["datasources", "uid", uid]:
                return self._one(method, self.sources, uid)
            case _, ["dashboards", "uid", uid]:
                return self._one(method, self.dashboards, uid)
        return None

    def _one(self, method: str, things: dict[str, Json], uid: str) -> Json | None:
        return things.pop(uid, None) if method == "DELETE" else things.get(uid)

    def _keep_source(self, body: Json) -> Json:
        secret = body.pop("secureJsonData", {})
        kept = body | {"id": 1, "orgId": 1, "secureJsonFields": dict.fromkeys(secret, True)}
        self.sources[body["uid"]] = kept
        return {"datasource": kept}

    def _keep_dashboard(self, body: Json) -> Json:
        uid = body["dashboard"]["uid"]
        assert body["overwrite"] or uid not in self.dashboards
        assert body["folderUid"] in self.folders
        version = self.dashboards.get(uid, {"dashboard": {"version": 0}})["dashboard"]["version"]
        model = body["dashboard"] | {"id": 7, "version": version + 1}
        self.dashboards[uid] = {"dashboard": model, "meta": {"folderUid": body["folderUid"]}}
        return {"uid": uid, "status": "success"}


@contextmanager
def serving(grafana: Grafana, prefix: str = "") -> Iterator[Grafana]:
    """It answers at `grafana.url`, below the path `prefix`."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"{}")
            parts = urlsplit(self.path)
            status, content = 401, None
            if grafana.broken:
                status, content = 500, {"message": "database is locked"}
            elif self.headers.get("Authorization") == f"Bearer {TOKEN}":
                path = parts.path.removeprefix(prefix)
                content = grafana.answer(self.command, path, parse_qs(parts.query), body)
                status = 200 if content is not None else 404
            text = json.dumps(content if content is not None else {"message": "no"}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    grafana.url = f"http://127.0.0.1:{server.server_port}{prefix}"
    try:
        yield grafana
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)
