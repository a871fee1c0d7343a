"""Grafana's data-source proxy, with what a real Grafana 12.4 was seen to do, good or bad.

It signs who is signed in (`X-Grafana-Id`), adds the token of a route whose path is a prefix of
what is asked (as text: nothing is made canonical), forwards what fits no route without it, hides
the browser's Origin and cookies, and makes 400 of the API's 401.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from stack.places import PLUGIN
from tests.browser import host_page
from tests.trust.provider import FakeProvider

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

UID = "harness"
_PREFIX = f"/api/datasources/proxy/uid/{UID}/"
_HIDDEN = {"host", "origin", "referer", "cookie", "authorization", "connection", "content-length"}
_HIDDEN_ANSWER = {"set-cookie", "server", "connection", "transfer-encoding", "content-length"}
_AUDIENCE = "org:1"
#: Grafana's template (content_security_policy_template), without the eval that it allows.
_CSP = (
    "script-src 'self'; object-src 'none'; font-src 'self'; "
    "style-src 'self' 'unsafe-inline' blob:; "
    "img-src * data:; base-uri 'self'; connect-src 'self' ws://{host} wss://{host}; "
    "manifest-src 'self'; media-src 'none'; form-action 'self'"
)


class DataSourceProxy:
    """An ASGI application: the host page, and the proxy to the API at `url`. `token`: the secret of
    the data source; `user`: the claims of who is signed in. Both may change between requests.
    """

    def __init__(self, url: str, grafana: FakeProvider) -> None:
        manifest = json.loads((PLUGIN / "src" / "datasource" / "plugin.json").read_text())
        self._routes: list[dict[str, Any]] = manifest["routes"]
        self._url, self._grafana = url, grafana
        self.token = ""
        self.user = {"username": "ada", "role": "Editor"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("raw_path", b"").decode("ascii")
        if scope["type"] == "websocket":
            await self._socket(scope, path.removeprefix(_PREFIX), receive, send)
        elif scope["type"] == "http":
            body = await _body(receive)
            if path.startswith(_PREFIX):
                answer = await asyncio.to_thread(
                    self._forward, scope, path.removeprefix(_PREFIX), body
                )
            else:
                status, kind, content = host_page.file(scope["path"])
                host = dict(scope["headers"]).get(b"host", b"").decode("ascii")
                policy = ("content-security-policy", _CSP.format(host=host))
                answer = (status, [("content-type", kind), policy], content)
            status, headers, content = answer
            raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
            await send({"type": "http.response.start", "status": status, "headers": raw})
            await send({"type": "http.response.body", "body": content})

    def _target(self, scope: Scope, path: str) -> tuple[str, dict[str, str]]:
        """Where it goes, and with which headers."""
        headers = {
            name: value.decode("latin-1")
            for raw, value in scope["headers"]
            if (name := raw.decode("ascii").lower()) not in _HIDDEN
            and not name.startswith("sec-websocket")
            and name != "upgrade"
        }
        headers["x-forwarded-for"] = scope["client"][0]
        headers["x-grafana-id"] = self._grafana.sign(aud=[_AUDIENCE], **self.user)
        target = f"{self._url}/{path}"
        for route in self._routes:
            if path.startswith(route["path"]):
                base = route["url"].replace("{{ .URL }}", self._url)
                target = base + path.removeprefix(route["path"])
                for header in route["headers"]:
                    value = header["content"].replace("{{ .SecureJsonData.token }}", self.token)
                    headers[header["name"].lower()] = value
                break
        query = scope["query_string"].decode("ascii")
        return f"{target}?{query}" if query else target, headers

    def _forward(
        self, scope: Scope, path: str, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        target, headers = self._target(scope, path)
        place = urlsplit(target)
        connection = http.client.HTTPConnection(place.netloc, timeout=60)
        try:
            # not by a client that would make the path canonical
            asked = target.removeprefix(f"{place.scheme}://{place.netloc}")
            connection.request(scope["method"], asked, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        except OSError as error:
            return 502, [("content-type", "text/plain")], str(error).encode()
        finally:
            connection.close()
        if answer.status == 401:
            said = {"message": "Authentication to data source failed"}
            return 400, [("content-type", "application/json")], json.dumps(said).encode()
        kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in _HIDDEN_ANSWER]
        return answer.status, kept, content

    async def _socket(self, scope: Scope, path: str, receive: Receive, send: Send) -> None:
        await receive()
        target, headers = self._target(scope, path)
        offered = [Subprotocol(one) for one in scope.get("subprotocols", [])]
        try:
            async with connect(
                target.replace("http", "ws", 1),
                additional_headers=headers,
                subprotocols=offered or None,
                user_agent_header=None,
                max_size=None,
                proxy=None,
            ) as api:
                await send({"type": "websocket.accept", "subprotocol": api.subprotocol})
                await _both_ways(api, receive, send)
        except (OSError, websockets.InvalidHandshake):
            await send({"type": "websocket.close", "code": 1011})


async def _body(receive: Receive) -> bytes:
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


async def _both_ways(api: ClientConnection, receive: Receive, send: Send) -> None:
    """Until one of the two ends goes."""

    async def down() -> None:
        async for message in api:
            key = "text" if isinstance(message, str) else "bytes"
            await send({"type": "websocket.send", key: message})
        close = {"type": "websocket.close", "code": api.close_code or 1000}
        await send(close | {"reason": api.close_reason or ""})

    async def up() -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            text = message.get("text")
            await api.send(message["bytes"] if text is None else text)

    ways = [asyncio.create_task(down()), asyncio.create_task(up())]
    _, left = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in left:
        way.cancel()
    with contextlib.suppress(websockets.ConnectionClosed, OSError):
        await asyncio.gather(*ways, return_exceptions=True)
