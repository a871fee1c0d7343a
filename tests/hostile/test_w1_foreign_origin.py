"""W1: a socket opened with a cookie by a foreign page: 403 before the upgrade, recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.web import Reply, Web

SOCKET = "/api/v1/topology/containers/ws"
HANDSHAKE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec_websocket_version": "13",
    "sec_websocket_key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(params=[False, True], ids=["signed-in", "local-viewer"])
def web(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path, local_viewer=request.param) as web:
        yield web


def upgrade(web: Web, **headers: str) -> Reply:
    return web.ask("GET", SOCKET, **{**HANDSHAKE, **headers})


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "http://127.0.0.1:{port}@evil.example",
        "http://localhost:{port}",
        "chrome-extension://abcdefgh",
        "file://",
        "",
    ],
)
def test_a_foreign_origin(web: Web, origin: str) -> None:
    cookie = web.sign_in()["cookie"]
    reply = upgrade(web, cookie=cookie, origin=origin.format(port=web.port))
    assert reply.status == 403
    assert reply.headers["content-type"] == "application/problem+json"
    assert web.records()[-1]["promscope.problem"] == "foreign-origin"
    assert web.records()[-1]["promscope.transport"] == "websocket"


def test_no_origin_with_a_cookie(web: Web) -> None:
    reply = upgrade(web, cookie=web.sign_in()["cookie"])
    assert reply.status == 403
    assert web.records()[-1]["promscope.problem"] == "no-origin"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "localhost.evil.example"],
)
def test_a_rebound_host_with_the_origin_that_goes_with_it(web: Web, host: str) -> None:
    host = host.format(port=web.port)
    cookie = web.sign_in()["cookie"]
    for headers in ({"cookie": cookie}, {}):
        reply = upgrade(web, host=host, origin=f"http://{host}", **headers)
        assert reply.status == 403
        assert web.records()[-1]["promscope.problem"] == "bad-host"


def test_another_site_by_fetch_metadata(web: Web) -> None:
    headers = {**web.sign_in(), "sec_fetch_site": "cross-site"}
    assert upgrade(web, **headers).status == 403


def test_the_own_page_is_let_in(web: Web) -> None:
    headers = web.sign_in()
    offered = ", ".join(web.protocols(headers))
    connection = upgrade(
        web, sec_fetch_site="same-origin", sec_websocket_protocol=offered, **headers
    )
    assert connection.status == 101
