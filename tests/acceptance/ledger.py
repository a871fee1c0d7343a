"""A container engine that keeps a ledger: how often its one container was given each name."""

from __future__ import annotations

import json
import socketserver
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

CONTAINER = "0123456789ab" + "c" * 52
NODE = f"container:{CONTAINER[:12]}"
_INSPECTED = {
    "Id": CONTAINER,
    "Name": "/web",
    "Created": "2026-11-23T16:00:00.123456789Z",
    "Image": "sha256:" + "e" * 64,
    "RestartCount": 0,
    "State": {"Status": "running", "Pid": 0, "StartedAt": "2026-11-23T16:00:01Z"},
    "Config": {"Image": "shop/web:1.2", "Labels": {}, "Env": []},
    "HostConfig": {"NetworkMode": "bridge"},
    "NetworkSettings": {"Ports": {}, "Networks": {}},
    "Mounts": [],
}


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Who asked was killed; that is what the test is about."""


class Ledger:
    """`renamed`: how often the container was given each name."""

    def __init__(self, folder: Path) -> None:
        self.renamed: Counter[str] = Counter()
        self.docker_host = f"unix://{folder}/engine.sock"
        self._end = threading.Event()
        ledger = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path.endswith("/events"):
                    self.send_response(200)
                    self.end_headers()
                    ledger._end.wait()
                elif path.endswith("/_ping"):
                    self._answer(200, "OK")
                elif path.endswith("/containers/json"):
                    listed = {"Id": CONTAINER, "Names": ["/web"], "State": "running"}
                    self._answer(200, [listed])
                elif path.endswith(f"/containers/{CONTAINER}/json"):
                    self._answer(200, _INSPECTED)
                else:
                    self._answer(404, {"message": "not here"})

            def do_POST(self) -> None:
                address = urlsplit(self.path)
                ledger.renamed[parse_qs(address.query)["name"][0]] += 1
                self._answer(204, None)

            def _answer(self, status: int, body: object) -> None:
                text = b"" if body is None else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Api-Version", "1.41")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def address_string(self) -> str:
                return "unix"

            def log_message(self, *_: Any) -> None:
                pass

        self._server = _Server(str(folder / "engine.sock"), Handler)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._server.shutdown()
        self._server.server_close()
