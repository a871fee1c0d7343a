"""Signing in at a real OpenID Connect provider (npm oidc-provider), as a browser does it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from promscope_api.security.oidc import CALLBACK_PATH, OidcSettings
from stack.page import node
from tests.trust.web import Web

_PROVIDER = Path(__file__).parents[3] / "oidc" / "provider.mjs"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    started: list[subprocess.Popen[str]] = []
    secret = tmp_path / "client.secret"
    secret.touch(mode=0o600)
    secret.write_text("a-client-secret-of-32-characters")

    def provider(url: str) -> OidcSettings:
        command = [str(node() / "bin" / "node"), str(_PROVIDER), url + CALLBACK_PATH]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        started.append(process)
        assert process.stdout is not None
        lines = (line.strip() for line in process.stdout)
        issuer = next(line for line in lines if line.startswith("http"))
        return OidcSettings(issuer, "promscope", url, {"staff": "operator"}, str(secret))

    try:
        with Web(tmp_path, oidc=provider) as web:
            yield web
    finally:
        for process in started:
            process.kill()
            process.communicate()


def browse(web: Web, login: str) -> tuple[requests.Session, requests.Response]:
    """Follow the link, fill in the provider's forms, come back; the last answer."""
    browser = requests.Session()
    browser.trust_env = False
    answer = browser.get(f"{web.url}/api/v1/session/oidc", timeout=60)
    for _ in range(5):
        form = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
        if form is None:
            break
        fields = dict(re.findall(r'name="(prompt)" value="(\w+)"', answer.text))
        fields |= {"login": login, "password": "any"} if fields["prompt"] == "login" else {}
        answer = browser.post(form[1], data=fields, timeout=60)
    return browser, answer


def test_a_user_with_a_role_is_signed_in(web: Web) -> None:
    browser, answer = browse(web, "ada")
    assert (answer.status_code, answer.url) == (200, f"{web.url}/")
    state: Any = browser.get(f"{web.url}/api/v1/session", timeout=60).json()
    assert state["user"] == {"name": "oidc:ada", "roles": ["operator"]}
    assert state["oidc"] is True
    assert {one["event.action"] for one in web.records()} == {"session-open"}
    assert web.records()[-1]["user.name"] == "oidc:ada"


def test_a_user_without_one_is_told_so(web: Web) -> None:
    browser, answer = browse(web, "eve")
    assert answer.status_code == 403
    assert "eve has no role here" in answer.json()["detail"]
    assert browser.get(f"{web.url}/api/v1/session", timeout=60).json()["user"] is None
    assert web.records()[-1]["promscope.problem"] == "no-role"


def test_a_code_of_another_browser_is_worth_nothing(web: Web) -> None:
    reply = web.ask("GET", f"{CALLBACK_PATH}?code=x&state=y")
    assert (reply.status, reply.json["type"]) == (401, "urn:promscope:problem:wrong-state")
    assert web.ask("GET", CALLBACK_PATH, host="evil.example").status == 403


def test_without_a_provider_there_is_no_such_way(tmp_path: Path) -> None:
    with Web(tmp_path) as web:
        assert web.ask("GET", "/api/v1/session/oidc").status == 404
        assert web.ask("GET", CALLBACK_PATH).status == 404
