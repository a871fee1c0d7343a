"""Data sources and programs in front of the whole gate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.security.grafana import GrafanaPin
from tests.trust.provider import FakeProvider
from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def test_a_program_is_its_token(web: Web) -> None:
    secret, _ = web.trust.tokens.create("ci", "ada", ("viewer",))
    reply = web.ask("GET", "/api/v1/session", authorization=f"bearer {secret}", x_grafana_id="x")
    assert reply.json["user"] == {"name": "ada", "roles": ["viewer"]}


def test_a_data_source_is_the_user_behind_it(web: Web) -> None:
    with FakeProvider() as grafana:
        pin = GrafanaPin(grafana.issuer, "org:1")
        secret, _ = web.trust.tokens.create("ds", "ds", ("operator",), grafana=pin)
        identity = grafana.sign(aud="org:1", username="ada", role="Admin")
        bearer = {"authorization": f"Bearer {secret}"}
        reply = web.ask("GET", "/api/v1/session", x_grafana_id=identity, **bearer)
        assert reply.json["user"] == {"name": "grafana:ada", "roles": ["operator"]}
        assert web.ask("GET", "/api/v1/topology", **bearer).status == 403
        forged = identity[:-4] + "AAAA"
        assert web.ask("GET", "/api/v1/topology", x_grafana_id=forged, **bearer).status == 403
    assert {one["promscope.problem"] for one in web.records()} == {
        "no-grafana-identity",
        "bad-grafana-identity",
    }


@pytest.mark.parametrize("header", ["Bearer", "Bearer pst_", "Basic pst_x", "pst_x"])
def test_anything_else_is_nobody(web: Web, header: str) -> None:
    assert web.ask("GET", "/api/v1/topology", authorization=header).status == 401
