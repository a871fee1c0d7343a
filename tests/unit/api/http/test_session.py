"""Signing in with a code, staying signed in over a restart, signing out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.audit.log import AuditUnavailable
from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def test_a_code_signs_in(web: Web) -> None:
    code = web.trust.codes.mint("ada", ("operator",))
    reply = web.ask("POST", "/api/v1/session", {"code": code}, origin=web.url)
    assert reply.status == 200
    state = {
        "user": {"name": "ada", "roles": ["operator"]},
        "permissions": ["view", "processes", "lifecycle", "logs", "exec", "tokens"],
        "local_viewer": False,
        "oidc": False,
    }
    assert reply.json == state
    attributes = {part.strip().lower() for part in reply.headers["set-cookie"].split(";")[1:]}
    assert attributes >= {"httponly", "samesite=strict", "path=/", "max-age=43200"}
    assert "secure" not in attributes
    assert web.ask("GET", "/api/v1/session", cookie=reply.cookie).json == state
    assert reply.headers["cache-control"] == "no-store"


def test_a_name_and_password_sign_in(web: Web) -> None:
    web.trust.users.add("ada", "correct horse battery", ("viewer",))
    for name, password in (("ada", "wrong horse battery"), ("eve", "correct horse battery")):
        wrong = web.ask("POST", "/api/v1/session", {"name": name, "password": password})
        assert (wrong.status, wrong.json["detail"]) == (
            401,
            "This name and password do not belong together.",
        )
    right = {"name": "ada", "password": "correct horse battery"}
    reply = web.ask("POST", "/api/v1/session", right, origin=web.url)
    assert (reply.status, reply.json["user"]) == (200, {"name": "ada", "roles": ["viewer"]})
    assert web.ask("GET", "/api/v1/topology", cookie=reply.cookie).status == 200
    assert [(one["event.outcome"], one.get("promscope.for_user")) for one in web.records()] == [
        ("failure", "ada"),
        ("failure", "eve"),
        ("success", None),
    ]
    assert "horse" not in str(web.records())


def test_behind_tls_the_cookie_is_for_tls_alone(tmp_path: Path) -> None:
    with Web(tmp_path, external_urls=("https://map.example",)) as web:
        code = web.trust.codes.mint("ada", ("operator",))
        reply = web.ask(
            "POST",
            "/api/v1/session",
            {"code": code},
            host="map.example",
            origin="https://map.example",
        )
    assert "Secure" in reply.headers["set-cookie"]


def test_a_session_survives_a_restart(tmp_path: Path) -> None:
    with Web(tmp_path) as web:
        headers = web.sign_in()
    with Web(tmp_path) as web:
        reply = web.ask("GET", "/api/v1/session", cookie=headers["cookie"])
    assert reply.json["user"]["name"] == "tester"


def test_signing_out_ends_it_for_good(web: Web) -> None:
    headers = web.sign_in()
    assert web.ask("DELETE", "/api/v1/session", **headers).status == 204
    assert web.ask("GET", "/api/v1/session", cookie=headers["cookie"]).json["user"] is None
    assert web.ask("DELETE", "/api/v1/session", **headers).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (b"[]", 400),
        (b'{"code":1}', 400),
        (b'{"code":null}', 400),
        (b'{"code":"x","more":1}', 400),
        (b'{"code":"\xff"}', 400),
        (b"[" * 10_000, 400),
        (b'{"code":"' + b"x" * 100_000 + b'"}', 413),
        (b'{"code":"x","name":"a","password":"b"}', 400),
        (b'{"name":"a"}', 400),
        (b'{"code":""}', 401),
        (b'{"code":"AAAA-AAAA-AAAA"}', 401),
    ],
)
def test_anything_else_does_not(web: Web, body: bytes, status: int) -> None:
    reply = web.ask("POST", "/api/v1/session", raw=body, content_type="application/json")
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in reply.headers


def test_each_sign_in_and_each_wrong_code_is_recorded(web: Web) -> None:
    headers = web.sign_in()
    web.ask("POST", "/api/v1/session", {"code": "AAAA-AAAA-AAAA"})
    web.ask("DELETE", "/api/v1/session", **headers)
    told = [(one["event.action"], one["event.outcome"]) for one in web.records()]
    assert told == [
        ("session-open", "success"),
        ("session-open", "failure"),
        ("session-end", "success"),
    ]
    wrong = web.records()[1]
    assert wrong["promscope.problem"] == "wrong-code"
    assert "AAAA" not in str(wrong)


def test_guessing_is_slowed_down(web: Web) -> None:
    statuses = [
        web.ask("POST", "/api/v1/session", {"code": f"{number:012d}"}).status
        for number in range(10)
    ]
    assert statuses == [401] * 5 + [429] * 5
    reply = web.ask("POST", "/api/v1/session", {"code": "x"})
    assert int(reply.headers["retry-after"]) > 0
    assert len(web.records()) <= 6


def test_without_an_audit_record_nobody_is_signed_in(web: Web) -> None:
    code = web.trust.codes.mint("ada", ("operator",))

    def full(_: object) -> None:
        raise AuditUnavailable("the disk is full")

    web.trust.audit.append = full  # type: ignore[method-assign, assignment]
    reply = web.ask("POST", "/api/v1/session", {"code": code}, origin=web.url)
    assert reply.status == 503
    assert "set-cookie" not in reply.headers


def test_without_the_store_a_cookie_is_not_believed(web: Web) -> None:
    headers = web.sign_in()
    with web.trust.store.begin() as connection:
        connection.exec_driver_sql("drop table sessions")
    assert web.ask("GET", "/api/v1/topology", cookie=headers["cookie"]).status == 503
