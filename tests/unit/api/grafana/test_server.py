"""What Grafana refuses, in words with the remedy."""

from __future__ import annotations

import pytest

from promscope_api.grafana.server import GrafanaRefused, Server
from tests.unit.api.grafana.fake_grafana import TOKEN, Grafana


def test_what_is_not_there_is_none(grafana: Grafana) -> None:
    server = Server(grafana.url, TOKEN)
    assert server.folder("a") is server.source("b") is server.dashboard("c") is None


def test_a_wrong_token(grafana: Grafana) -> None:
    with pytest.raises(GrafanaRefused, match="service account with the role Admin"):
        Server(grafana.url, "wrong").plugins()


def test_a_grafana_that_fails(grafana: Grafana) -> None:
    grafana.broken = True
    with pytest.raises(GrafanaRefused, match="database is locked"):
        Server(grafana.url, TOKEN).plugins()


def test_what_grafana_refuses_is_said(grafana: Grafana) -> None:
    with pytest.raises(GrafanaRefused, match="refuses it"):
        Server(grafana.url, TOKEN).drop_source("nobody")


def test_nobody_answers() -> None:
    with pytest.raises(GrafanaRefused, match="is --url its address"):
        Server("http://127.0.0.1:9", TOKEN).plugins()
