"""Saved filters over HTTP: whose they are, and who may do what with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from promscope_api.http.openapi import document
from tests.trust.web import Reply, Web

PATH = "/api/v1/filters"
BODY = {"name": "Payments", "view": "containers", "query": "label.team = payments"}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def sign_in(web: Web, user: str) -> dict[str, str]:
    code = web.trust.codes.mint(user, ("viewer",))
    reply = web.ask("POST", "/api/v1/session", {"code": code}, origin=web.url)
    return {"cookie": reply.cookie, "origin": web.url}


def as_declared(reply: Reply, method: str, path: str = PATH) -> Any:
    """The body, once it is what the OpenAPI document says."""
    declared = document()["paths"][path][method]["responses"][str(reply.status)]
    schema = next(iter(declared["content"].values()))["schema"]
    whole = {**schema, "components": document()["components"]}
    jsonschema.Draft202012Validator(whole).validate(reply.json)
    return reply.json


def test_a_filter_is_kept_listed_shared_changed_and_deleted(web: Web) -> None:
    ada, bob = sign_in(web, "ada"), sign_in(web, "bob")
    made = as_declared(web.ask("POST", PATH, BODY, **ada), "post")
    assert (made["owner"], made["query"]) == ("ada", BODY["query"])
    assert as_declared(web.ask("GET", PATH, **ada), "get")["items"] == [made]
    one = f"{PATH}/{made['id']}"
    assert web.ask("GET", PATH, **bob).json == {"items": []}
    assert as_declared(web.ask("GET", one, **bob), "get", f"{PATH}/{{filter_id}}") == made
    changed = {**BODY, "name": "Pay", "query": ""}
    put = web.ask("PUT", one, changed, **ada)
    assert as_declared(put, "put", f"{PATH}/{{filter_id}}") == {**made, **changed}
    assert web.ask("DELETE", one, **ada).status == 204
    assert web.ask("GET", one, **ada).status == 404


def test_kept_filters_outlive_a_restart(tmp_path: Path) -> None:
    with Web(tmp_path) as web:
        made = web.ask("POST", PATH, BODY, **sign_in(web, "ada"))
        assert made.headers["location"] == f"{PATH}/{made.json['id']}"
    with Web(tmp_path) as web:
        assert web.ask("GET", PATH, **sign_in(web, "ada")).json["items"] == [made.json]


def test_only_its_owner_changes_or_deletes_a_filter(web: Web) -> None:
    made = web.ask("POST", PATH, BODY, **sign_in(web, "ada")).json
    bob = sign_in(web, "bob")
    for method, body in (("PUT", BODY), ("DELETE", None)):
        reply = web.ask(method, f"{PATH}/{made['id']}", body, **bob)
        assert (reply.status, "owner" in reply.json["detail"]) == (403, True)


def test_nobody_keeps_filters_without_signing_in(tmp_path: Path) -> None:
    with Web(tmp_path, local_viewer=True) as web:
        made = web.ask("POST", PATH, BODY, **sign_in(web, "ada")).json
        assert web.ask("GET", f"{PATH}/{made['id']}").json == made
        assert web.ask("POST", PATH, BODY).status == 403
        assert "Sign in" in web.ask("GET", PATH).json["detail"]
    with Web(tmp_path) as web:
        assert web.ask("GET", f"{PATH}/{made['id']}").status == 401


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({**BODY, "query": "cpu > ("}, 400, "Column 7"),
        ({**BODY, "view": "nothing"}, 404, "no view"),
        ({**BODY, "name": ""}, 400, "name"),
        ({**BODY, "name": " x"}, 400, "name"),
        ({**BODY, "name": "x" * 101}, 400, "name"),
        ({**BODY, "owner": "bob"}, 400, "owner"),
        ({"name": "x"}, 400, "view"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(
    web: Web, body: Any, status: int, words: str
) -> None:
    reply = web.ask("POST", PATH, body, **sign_in(web, "ada"))
    as_declared(reply, "post")
    assert (reply.status, words in reply.json["detail"]) == (status, True)


def test_a_name_twice_is_a_conflict(web: Web) -> None:
    ada = sign_in(web, "ada")
    web.ask("POST", PATH, BODY, **ada)
    reply = web.ask("POST", PATH, BODY, **ada)
    as_declared(reply, "post")
    assert reply.status == 409


def test_w2_a_foreign_page_keeps_nothing(web: Web) -> None:
    ada = sign_in(web, "ada")
    foreign = {**ada, "origin": "https://evil.example"}
    assert web.ask("POST", PATH, BODY, **foreign).status == 403
    assert web.ask("GET", PATH, **ada).json == {"items": []}
