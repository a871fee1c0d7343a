"""A user of Grafana, named by Grafana's signature and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from promscope_api.security.grafana import STREAM_SECONDS, GrafanaPin, GrafanaUsers
from promscope_api.security.outgoing import Outgoing
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from tests.trust.provider import FakeProvider

TOKEN = Principal("ds", ("operator",), "token", token="7", scopes=("view", "lifecycle"))


@pytest.fixture
def grafana() -> Iterator[FakeProvider]:
    with FakeProvider() as grafana:
        yield grafana


def who(grafana: FakeProvider, identity: str | None, token: Principal = TOKEN) -> Principal:
    pin = GrafanaPin(grafana.issuer, "org:1")
    return GrafanaUsers(Outgoing()).principal(token, pin, identity)


def signed(grafana: FakeProvider, **more: Any) -> str:
    return grafana.sign(**{"aud": ["org:1"], "username": "ada", "role": "Editor", **more})


def test_an_editor_has_the_token_s_roles(grafana: FakeProvider) -> None:
    user = who(grafana, signed(grafana))
    assert (user.name, user.roles, user.method) == ("grafana:ada", ("operator",), "grafana")
    assert (user.token, user.scopes) == ("7", ("view", "lifecycle"))


@pytest.mark.parametrize("role", ["Viewer", "None", "", None, "editor", ["Admin"]])
def test_everybody_else_watches(grafana: FakeProvider, role: object) -> None:
    assert who(grafana, signed(grafana, role=role)).roles == ("viewer",)


def test_a_stream_ends_with_grafana_s_word(grafana: FakeProvider) -> None:
    users = GrafanaUsers(Outgoing(), now=lambda: 1000.0)
    pin = GrafanaPin(grafana.issuer, "org:1")
    user = users.principal(TOKEN, pin, signed(grafana, exp=1100, iat=900))
    assert user.until == 1000.0 + STREAM_SECONDS


@pytest.mark.parametrize(
    "claims",
    [{"aud": ["org:2"]}, {"iss": "https://other.example"}, {"exp": 1}, {"username": "a\n"}],
)
def test_another_grafana_or_organisation_is_refused_with_403(
    grafana: FakeProvider, claims: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        who(grafana, signed(grafana, **claims))
    assert (refused.value.status, refused.value.reason) == (403, "bad-grafana-identity")


@pytest.mark.parametrize(
    ("identity", "reason"), [(None, "no-grafana-identity"), ("", "bad-grafana-identity")]
)
def test_nobody_is_nobody(grafana: FakeProvider, identity: str | None, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        who(grafana, identity)
    assert (refused.value.status, refused.value.reason) == (403, reason)


def test_without_keys_it_is_not_known(grafana: FakeProvider) -> None:
    grafana.answers["/api/signing-keys/keys"] = (500, {})
    with pytest.raises(Refused) as refused:
        who(grafana, signed(grafana))
    assert refused.value.status == 503
