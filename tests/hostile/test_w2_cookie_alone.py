"""W2: a change of state that a foreign page can make a browser send with nothing but its cookie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.probe import NODE
from tests.trust.web import Web

STOP = f"/api/v1/nodes/{NODE}/actions/stop"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def acted(web: Web) -> bool:
    return any(one["event.action"].startswith("container-") for one in web.records())


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "text/plain;application/json",
    ],
)
@pytest.mark.parametrize("path", [STOP, "/api/v1/session"])
def test_a_form_or_plain_text_even_of_the_own_origin(
    web: Web, content_type: str, path: str
) -> None:
    headers = {**web.sign_in(), "content_type": content_type}
    assert web.ask("POST", path, raw=b"{}", **headers).status == 415
    assert not acted(web)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"origin": "http://evil.example", "sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_json_without_the_own_origin(web: Web, headers: dict[str, str]) -> None:
    cookie = web.sign_in()["cookie"]
    assert web.ask("POST", STOP, {}, cookie=cookie, **headers).status == 403
    assert not acted(web)


def test_signing_out_from_elsewhere(web: Web) -> None:
    cookie = web.sign_in()["cookie"]
    reply = web.ask("DELETE", "/api/v1/session", cookie=cookie, origin="http://evil.example")
    assert reply.status == 403
    assert web.ask("GET", "/api/v1/topology", cookie=cookie).status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_never_acts(web: Web, method: str) -> None:
    web.ask(method, STOP, **web.sign_in())
    assert not acted(web)


def test_signing_in_by_a_foreign_page(web: Web) -> None:
    """Login CSRF: the victim would act as the attacker."""
    code = web.trust.codes.mint("mallory", ("operator",))
    reply = web.ask("POST", "/api/v1/session", {"code": code}, origin="http://evil.example")
    assert reply.status == 403
    assert "set-cookie" not in reply.headers
