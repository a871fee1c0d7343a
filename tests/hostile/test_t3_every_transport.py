"""T3: every route and every stream asks for its permission, and every refusal is recorded."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promscope_api.app import Web
from promscope_api.audit.chain import read
from promscope_api.audit.log import chain_files
from promscope_api.http.operation import Operation
from promscope_api.http.operations import OPERATIONS
from promscope_api.security.policy import PERMISSIONS
from promscope_api.settings import OPTIONS, settings
from promscope_wire.options import resolve

#: What stands for each part of a path.
PARTS = {"view": "containers", "node": "container:0123456789ab", "action": "restart"}
#: Answered in the event loop, without Flask: a reader of a log may take hours.
IN_THE_LOOP = {
    ("get", f"/api/v1/nodes/{{node}}/{what}")
    for what in ("logs", "files", "files/archive", "files/content")
}
CLOSED = [one for one in OPERATIONS if not one.public]
#: Probes open it, with a secret of their own: tests/unit/api/control/test_endpoint.py.
TUNNEL = "tunnel"
OF_USERS = [one for one in CLOSED if one.id != TUNNEL]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("t3")


@pytest.fixture(scope="module")
def web(folder: Path) -> Iterator[Web]:
    web = Web(settings(resolve(OPTIONS, {"storage.path": str(folder)}, {})))
    try:
        yield web
    finally:
        web._rest._app.executor.shutdown()
        web.close()


def name(operation: Operation) -> str:
    return operation.id


def path_of(operation: Operation) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: PARTS.get(found[1], "x"), operation.path)


def records(folder: Path) -> list[dict[str, Any]]:
    lines = (
        line for path in chain_files(folder / "audit") for line in path.read_bytes().splitlines()
    )
    return [read(line)[0] for line in lines]


def ask(web: Web, operation: Operation, **headers: str) -> tuple[int, dict[str, Any]]:
    """Status and problem over the operation's own transport, in front of the whole API."""
    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": operation.method.upper(),
        "scheme": "http",
        "path": path_of(operation),
        "raw_path": path_of(operation).encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("192.0.2.9", 1),
        "server": ("127.0.0.1", 80),
        "headers": [(b"host", b"127.0.0.1"), *raw],
        "extensions": {"websocket.http.response": {}},
    }
    sent: list[dict[str, Any]] = []
    start = {"type": "http.request", "body": b"", "more_body": False}
    if operation.messages is not None:
        scope |= {"type": "websocket", "scheme": "ws", "subprotocols": []}
        start = {"type": "websocket.connect"}
    elif operation.method in ("post", "put", "patch"):
        scope["headers"].append((b"content-type", b"application/json"))

    async def receive() -> dict[str, Any]:
        return start

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(web.asgi(scope, receive, send), 60))
    bodies = [one.get("body", b"") for one in sent if one["type"].endswith("response.body")]
    body = b"".join(bodies)
    return sent[0].get("status", 101), json.loads(body) if body.startswith(b"{") else {}


def bearer(web: Web, *scopes: str) -> dict[str, str]:
    secret, _ = web._trust.tokens.create("t3", "walker", ("admin",), scopes)
    return {"authorization": f"Bearer {secret}"}


def test_every_route_is_declared(web: Web) -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in web.flask.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    declared = {(one.method, one.path) for one in OPERATIONS if one.messages is None}
    assert routes | IN_THE_LOOP == declared


def test_only_health_the_page_and_signing_in_are_open() -> None:
    assert {one.id for one in OPERATIONS if one.public} == {
        "healthy",
        "ready",
        "page",
        "pageAsset",
        "pageFile",
        "session",
        "signIn",
        "oidcBegin",
        "oidcFinish",
    }


@pytest.mark.parametrize("operation", CLOSED, ids=name)
def test_nobody_gets_in(web: Web, operation: Operation) -> None:
    status, problem = ask(web, operation)
    if operation.id == TUNNEL:
        assert (status, problem["type"]) == (403, "urn:promscope:problem:tunnels-off")
    else:
        assert (status, problem["detail"]) == (401, "You are not signed in.")


@pytest.mark.parametrize("operation", OF_USERS, ids=name)
def test_everything_but_the_one_permission_is_not_enough(
    web: Web, folder: Path, operation: Operation
) -> None:
    web._trust.denials._each._buckets.clear()
    web._trust.denials._total._buckets.clear()
    others = [one for one in PERMISSIONS if one != operation.permission]
    status, problem = ask(web, operation, **bearer(web, *others))
    assert status == 403, problem
    assert f"does not include {operation.permission}" in problem["detail"]
    last = records(folder)[-1]
    assert (last.get("user.name"), last["event.type"]) == ("walker", ["denied"]), last
    assert last["promscope.transport"] == ("http" if operation.messages is None else "websocket")
    assert last["source.ip"] == "192.0.2.9"


@pytest.mark.parametrize("operation", [one for one in OF_USERS if one.messages is None], ids=name)
def test_the_one_permission_is_enough(web: Web, operation: Operation) -> None:
    granted = {"view", operation.permission}
    status, problem = ask(web, operation, **bearer(web, *granted))
    # It may still be impossible: profiles are off, a token makes no tokens, no probe is there.
    assert status != 401, problem
    assert not problem.get("type", "").endswith((":denied", ":vetoed")), problem
