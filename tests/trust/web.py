"""The trust pieces of the API behind a real server on a real port, as the web process has them."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

import flask
import uvicorn
from a2wsgi import WSGIMiddleware

from promscope_api.audit.chain import read
from promscope_api.audit.log import chain_files
from promscope_api.audit.options import AuditSettings
from promscope_api.security.guard import accepted, health, public
from promscope_api.security.headers import SecurityHeaders
from promscope_api.security.oidc import OidcSettings
from promscope_api.security.policy import ROLES
from promscope_api.store.postgresql import Postgresql
from promscope_api.trust import Trust, TrustSettings
from tests.trust.listener import Recorder

SECRET = "a-tunnel-secret-of-32-characters"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def cookie(self) -> str:
        """What a browser would send back: name=value."""
        return self.headers.get("set-cookie", "").partition(";")[0]


@dataclass
class Web:
    """`with Web(folder) as web:`; `port` 0 takes a free one."""

    folder: Path
    local_viewer: bool = False
    external_urls: tuple[str, ...] = ()
    port: int = 0
    heartbeat_seconds: float = 5.0
    oidc: Callable[[str], OidcSettings] | None = None
    postgresql: Postgresql | None = None
    audit: AuditSettings = field(default_factory=AuditSettings)
    listener: Recorder = field(default_factory=Recorder)
    tunnels_ended: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        secret_file = self.folder / "tunnel.secret"
        secret_file.touch(mode=0o600)
        secret_file.write_text(SECRET + "\n")
        listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        settings = TrustSettings(
            storage=self.folder / "storage",
            local_viewer=self.local_viewer,
            secret_file=str(secret_file),
            external_urls=self.external_urls,
            oidc=self.oidc(self.url) if self.oidc else None,
            postgresql=self.postgresql,
            audit=self.audit,
        )
        self.secret_file = str(secret_file)
        self.trust = Trust.open(
            settings, self.listener, self.heartbeat_seconds, self.tunnels_ended.append
        )
        self._flask = WSGIMiddleware(_flask(self.trust), workers=8)
        config = uvicorn.Config(
            SecurityHeaders(self._app),
            lifespan="off",
            proxy_headers=False,
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],))
        self._thread.start()
        self._listening = listening
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()
        self._flask.executor.shutdown()
        self.trust.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].endswith("/logs"):
            await self.trust.logs(scope, receive, send)
        elif scope["type"] == "http" and "/files" in scope["path"]:
            await self.trust.files(scope, receive, send)
        elif scope["type"] == "http":
            await self._flask(scope, receive, send)
        elif scope["path"].startswith("/api/v1/nodes/"):
            await self.trust.stream_socket(scope, receive, send)
        elif scope["path"] == "/api/v1/tunnel":
            await self.trust.tunnel_endpoint(scope, receive, send)
        else:
            node = scope["path"].split("/")[-2]
            principal = await self.trust.guard.open_socket(scope, receive, send, node=node)
            if principal is not None:
                await send(accepted(scope))
                await send({"type": "websocket.send", "text": principal.name})
                if scope["path"].endswith("/held"):
                    with self.trust.lifelines.hold(principal) as ended:
                        while not ended.is_set():
                            await self.trust.lifelines.check()
                            await asyncio.sleep(0.05)
                await send({"type": "websocket.close"})

    def ask(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> Reply:
        """One request. Header names are written with `_`; `host` replaces the true one."""
        content = (
            raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        )
        connection = HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            if body is not None:
                sent.setdefault("content-type", "application/json")
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def sign_in(self, role: str = "operator", name: str = "tester") -> dict[str, str]:
        """The headers of a signed-in page of this API."""
        assert role in ROLES
        code = self.trust.codes.mint(name, (role,))
        reply = self.ask("POST", "/api/v1/session", {"code": code}, origin=self.url)
        assert reply.status == 200, reply
        return {"cookie": reply.cookie, "origin": self.url}

    def protocols(
        self, headers: Mapping[str, str], node: str = "containers", action: str = "watch"
    ) -> list[str]:
        """The subprotocols that open a socket once, with a fresh ticket for `node`."""
        wanted = {"action": action, "node": node}
        reply = self.ask("POST", "/api/v1/tickets", wanted, **headers)
        assert reply.status == 201, reply
        return ["promscope", f"ticket.{reply.json['ticket']}"]

    def records(self) -> list[dict[str, Any]]:
        """The audit records so far, without those of the start."""
        found = [
            read(line)[0]
            for path in chain_files(self.trust.settings.storage / "audit")
            for line in path.read_bytes().splitlines()
        ]
        return [record for record in found if record["event.action"] != "audit-begin"]


def _flask(trust: Trust) -> flask.Flask:
    app = flask.Flask("web", static_folder=None)
    trust.install(app)

    @app.get("/")
    @public
    def page() -> str:
        return "<!doctype html>the page"

    @app.get("/-/healthy")
    @health
    def healthy() -> str:
        return "healthy"

    @app.get("/api/v1/topology")
    def topology() -> dict[str, str]:
        return {"views": "all"}

    return app
