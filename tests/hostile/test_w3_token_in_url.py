"""W3: credentials in a URL are refused on every route and socket, right ones too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.test_w1_foreign_origin import HANDSHAKE, SOCKET
from tests.trust.web import SECRET, Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path, local_viewer=True) as web:
        yield web


@pytest.mark.parametrize("path", ["/", "/api/v1/topology", "/api/v1/session", "/no/such/route"])
@pytest.mark.parametrize("name", ["token", "access_token", "session", "promscope_session", "code"])
def test_on_a_route(web: Web, path: str, name: str) -> None:
    value = web.sign_in()["cookie"].partition("=")[2]
    reply = web.ask("GET", f"{path}?x=1&{name}={value}")
    assert reply.status == 400
    assert value not in reply.body.decode()
    assert value not in str(web.records())


def test_a_code_is_typed_into_the_body_only(web: Web) -> None:
    code = web.trust.codes.mint("ada", ("operator",))
    reply = web.ask("POST", f"/api/v1/session?code={code}", {"code": code}, origin=web.url)
    assert reply.status == 400
    assert web.trust.codes.redeem(code, "").user == "ada", "and it was not used up"


@pytest.mark.parametrize("path", [SOCKET, "/api/v1/tunnel"])
def test_on_a_socket(web: Web, path: str) -> None:
    reply = web.ask("GET", f"{path}?token={SECRET}", **HANDSHAKE)
    assert reply.status == 400
    assert SECRET not in str(web.records())
