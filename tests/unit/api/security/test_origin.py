"""Which pages may use a browser's cookie, and who is at this machine."""

from __future__ import annotations

import pytest

from promscope_api.security.origin import (
    Origins,
    is_local,
    is_loopback,
    refuse_credentials_in_query,
    split_host,
    split_origin,
)
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request

ORIGINS = Origins(["box"], ["https://map.example/"])


def request(
    scheme: str = "http", peer: str = "127.0.0.1", query: str = "", **headers: str
) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("http", "GET", scheme, "/", query, named, peer)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:10181", "[::1]:80", "localhost", "LOCALHOST.:1", "box:9", "map.example"]
)
def test_addresses_and_known_names_are_hosts_of_this_api(host: str) -> None:
    ORIGINS.check_host(request(host=host))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.localhost",
        "a b",
        "127.0.0.1,evil.example",
        "",
        "user@box",
        "box:port",
        "[::1",
        "box/..",
        "bo\x00x",
        "map.example.evil",
    ],
)
def test_any_other_host_is_refused(host: str) -> None:
    with pytest.raises(Refused) as refused:
        ORIGINS.check_host(request(host=host))
    assert refused.value.reason == "bad-host"


def test_no_host_at_all_is_refused() -> None:
    with pytest.raises(Refused):
        ORIGINS.check_host(request())


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:10181", "http://127.0.0.1:10181"),
        ("box", "http://box"),
        ("box:80", "http://box"),
        ("[::1]:10181", "http://[::1]:10181"),
        ("BOX:10181", "http://box:10181"),
        ("proxied.internal:10181", "https://map.example"),
        ("map.example", "https://map.example"),
    ],
)
def test_the_own_origin_is_accepted(host: str, origin: str) -> None:
    ORIGINS.check_origin(
        request(host=host, origin=origin, sec_fetch_site="same-origin"), required=True
    )


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://127.0.0.1:10182",
        "http://127.0.0.1",
        "http://127.0.0.1:10181.evil.example",
        "http://127.0.0.1:10181@evil.example",
        "http://127.0.0.1:10181/",
        "ftp://127.0.0.1:10181",
        "127.0.0.1:10181",
        "http://127.0.0.1:10181,http://127.0.0.1:10181",
        "http://localhost:10181",
    ],
)  # fmt: skip
def test_a_foreign_origin_is_refused(origin: str) -> None:
    with pytest.raises(Refused) as refused:
        ORIGINS.check_origin(request(host="127.0.0.1:10181", origin=origin), required=False)
    assert refused.value.reason == "foreign-origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN, none"])
def test_another_site_is_refused_by_fetch_metadata(site: str) -> None:
    with pytest.raises(Refused) as refused:
        ORIGINS.check_origin(request(host="box", sec_fetch_site=site), required=False)
    assert refused.value.reason == "cross-site"


def test_an_absent_origin_counts_only_where_it_is_required() -> None:
    ORIGINS.check_origin(request(host="box"), required=False)
    with pytest.raises(Refused) as refused:
        ORIGINS.check_origin(request(host="box"), required=True)
    assert refused.value.reason == "no-origin"


@pytest.mark.parametrize(
    ("name", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::ffff:192.0.2.1", False),
        ("192.0.2.1", False),
        ("127.0.0.1.nip.io", False),
        ("2130706433", False),
        ("", False),
    ],
)
def test_loopback(name: str, loopback: bool) -> None:
    assert is_loopback(name) is loopback


@pytest.mark.parametrize(
    ("headers", "peer", "local"),
    [
        ({"host": "127.0.0.1:1"}, "127.0.0.1", True),
        ({"host": "localhost:1"}, "::1", True),
        ({"host": "localhost:1"}, "192.0.2.1", False),
        ({"host": "localhost:1"}, "", False),
        ({"host": "192.0.2.1:1"}, "127.0.0.1", False),
        ({"host": "box:1"}, "127.0.0.1", False),
        ({}, "127.0.0.1", False),
        ({"host": "localhost", "x_forwarded_for": "127.0.0.1"}, "127.0.0.1", False),
        ({"host": "localhost", "x_forwarded_proto": "https"}, "127.0.0.1", False),
        ({"host": "localhost", "forwarded": "for=127.0.0.1"}, "127.0.0.1", False),
        ({"host": "localhost", "via": "1.1 proxy"}, "127.0.0.1", False),
        ({"host": "localhost", "x_real_ip": "127.0.0.1"}, "127.0.0.1", False),
    ],
)
def test_the_local_viewer_is_at_this_machine(
    headers: dict[str, str], peer: str, local: bool
) -> None:
    assert is_local(request(peer=peer, **headers)) is local


@pytest.mark.parametrize(
    "query", ["token=x", "a=1&ACCESS_TOKEN=x", "code", "session=", "apiKey=1", "ticket=1&b"]
)
def test_credentials_in_a_url_are_refused(query: str) -> None:
    with pytest.raises(Refused) as refused:
        refuse_credentials_in_query(request(query=query))
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "query", ["", "q=token", "range=15m", "at=1&tokens=3", "mytoken=1", "encode=1"]
)
def test_other_parameters_pass(query: str) -> None:
    refuse_credentials_in_query(request(query=query))


def test_splitting() -> None:
    assert split_host("Box.:8", "http") == ("box", 8)
    assert split_host("box", "https") == ("box", 443)
    assert split_origin("https://box") == ("https", ("box", 443))
    assert split_origin("file://") is None
