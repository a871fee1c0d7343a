"""The API's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.prometheus.backends import backend
from promscope_api.settings import OPTIONS, Address, address, duration, settings
from promscope_api.store.postgresql import Postgresql
from promscope_wire.options import InvalidOption, resolve


def test_defaults_listen_on_this_machine_only() -> None:
    chosen = settings(resolve(OPTIONS, {}, {}))
    assert chosen.listen == Address("127.0.0.1", 10181)
    assert chosen.prometheus_url == "http://127.0.0.1:9090"
    assert chosen.scrape_interval == 15.0
    assert chosen.page is None
    assert not chosen.local_viewer


def test_flags_win_over_variables() -> None:
    environment = {"PROMSCOPE_SCRAPE_INTERVAL": "30s", "PROMSCOPE_WEB_PAGE_PATH": "/srv/page"}
    chosen = settings(resolve(OPTIONS, {"scrape.interval": "5s"}, environment))
    assert chosen.scrape_interval == 5.0
    assert chosen.page == Path("/srv/page")


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("127.0.0.1:80", "127.0.0.1", 80), ("[::1]:80", "::1", 80), (":80", "", 80)],
)
def test_addresses(text: str, host: str, port: int) -> None:
    assert address(text) == Address(host, port)
    assert str(address(text)).endswith(":80")


@pytest.mark.parametrize("text", ["80", "a:b", "a:70000", "", "a:-1"])
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        address(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("15s", 15), ("1m", 60), ("500ms", 0.5), ("2h", 7200)]
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "0s", "s", "-5s", "1.5s", "５s"])
def test_durations_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        duration(text)


def test_s1_backend_is_an_http_address_without_credentials() -> None:
    assert backend("http://prometheus:9090/prom/") == "http://prometheus:9090/prom"
    for text in ("file:///etc/passwd", "unix:/x", "prometheus:9090", "", "http://"):
        with pytest.raises(ValueError, match="URL"):
            backend(text)
    for text in ("http://user:pass@host:9090", "http://host/?a=b", "http://host/#x"):
        with pytest.raises(ValueError, match="do not belong"):
            backend(text)


def test_wrong_setting_names_itself() -> None:
    with pytest.raises(InvalidOption, match=r"web\.listen-address"):
        resolve(OPTIONS, {"web.listen-address": "nonsense"}, {})


def test_a_database_that_replicas_share() -> None:
    assert settings(resolve(OPTIONS, {}, {})).postgresql is None
    flags = {
        "storage.postgresql-url": "postgresql://ada@db.example/shop",
        "storage.postgresql-password-file": "/etc/password",
    }
    found = settings(resolve(OPTIONS, flags, {})).postgresql
    assert found == Postgresql("postgresql://ada@db.example/shop", "/etc/password")
    with pytest.raises(InvalidOption, match="password-file"):
        resolve(OPTIONS, {"storage.postgresql-url": "postgresql://ada:secret@db/shop"}, {})
