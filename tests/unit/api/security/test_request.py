"""Flask and ASGI are seen alike, and a doubled header matches nothing."""

from __future__ import annotations

import pytest

from promscope_api.security.request import from_asgi, from_wsgi


def test_both_transports_give_the_same_request() -> None:
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/session",
        "query_string": b"a=1",
        "headers": [(b"Host", b"x:1"), (b"content-type", b"application/json"), (b"X-A", b"b")],
        "client": ("127.0.0.1", 5),
    }
    environ = {
        "REQUEST_METHOD": "POST",
        "wsgi.url_scheme": "http",
        "PATH_INFO": "/api/v1/session",
        "QUERY_STRING": "a=1",
        "HTTP_HOST": "x:1",
        "CONTENT_TYPE": "application/json",
        "HTTP_X_A": "b",
        "REMOTE_ADDR": "127.0.0.1",
    }
    assert from_asgi(scope) == from_wsgi(environ)


def test_a_header_given_twice_is_seen_twice() -> None:
    headers = [(b"host", b"good"), (b"host", b"evil"), (b"cookie", b"a=1"), (b"cookie", b"b=2")]
    scope = {"type": "websocket", "scheme": "ws", "path": "/", "headers": headers, "client": None}
    request = from_asgi(scope)
    assert request.header("host") == "good,evil"
    assert request.cookie("b") == "2"
    assert (request.scheme, request.peer, request.transport) == ("http", "", "websocket")


@pytest.mark.parametrize("before", ['a={"x":1}; ', "a b=c;", "é=1; ;;", "x; ", "a=;promscope=x; "])
@pytest.mark.parametrize("after", ["", "; b", ';c={"y": [2]}'])
def test_a_malformed_cookie_hides_no_other(before: str, after: str) -> None:
    request = from_wsgi({"HTTP_COOKIE": f"{before}promscope_session=abc-_=={after}"})
    assert request.cookie("promscope_session") == "abc-_=="


@pytest.mark.parametrize("cookie", ["", "promscope_session", "=", "\x00=\x01", "a" * 10_000, ";;;"])
def test_what_is_no_cookie_is_no_session(cookie: str) -> None:
    request = from_wsgi({"HTTP_COOKIE": cookie})
    assert not request.cookie("promscope_session")
