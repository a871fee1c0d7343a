"""The two steps of a sign-in at a provider; tests/unit/api/http/test_oidc.py has a real one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from promscope_api.security.grant import Grant
from promscope_api.security.oidc import Oidc, OidcSettings
from promscope_api.security.refusal import Refused
from tests.trust.provider import AUDIENCE, FakeProvider


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as provider:
        yield provider


def made(provider: FakeProvider, **more: Any) -> Oidc:
    roles = {"staff": "operator", "boss": "admin"}
    fields = {"issuer": provider.issuer, "client_id": AUDIENCE, "roles": roles, **more}
    return Oidc(OidcSettings(external_url="https://map.example/", **fields))


def through(oidc: Oidc, provider: FakeProvider, userinfo: object = None, **claims: Any) -> Grant:
    """Begin, let the provider answer with these claims, and finish."""
    url, secret = oidc.begin()
    query = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    told = {"preferred_username": "ada", "groups": ["staff"], "nonce": query["nonce"], **claims}
    answer = {"id_token": provider.sign(**told), "access_token": "x"}
    provider.answers["/token"] = (200, answer)
    if userinfo is not None:
        provider.answers["/me"] = (200, userinfo)
    return oidc.finish(secret, {"code": "c", "state": query["state"]})


def test_the_browser_is_sent_with_everything_that_binds_it(provider: FakeProvider) -> None:
    oidc = made(provider)
    (first, one), (second, two) = oidc.begin(), oidc.begin()
    query = parse_qs(urlsplit(first).query)
    assert query["redirect_uri"] == ["https://map.example/api/v1/session/oidc/callback"]
    assert query["code_challenge_method"] == ["S256"]
    assert oidc.over_tls
    other = parse_qs(urlsplit(second).query)
    for name in ("state", "nonce", "code_challenge"):
        assert query[name] != other[name]
        assert query[name][0] not in (one, two)


def test_who_has_a_role_is_signed_in(provider: FakeProvider) -> None:
    assert through(made(provider), provider) == Grant("oidc:ada", ("operator",))
    path, form = provider.asked[-2]
    assert (path, form["grant_type"], form["client_id"]) == (
        "/token",
        "authorization_code",
        AUDIENCE,
    )
    assert len(form["code_verifier"]) >= 43


def test_what_the_token_leaves_out_is_asked_for(provider: FakeProvider) -> None:
    more = {"sub": "user:7", "groups": "boss"}
    grant = through(made(provider), provider, userinfo=more, groups=None)
    assert grant == Grant("oidc:ada", ("admin",))


@pytest.mark.parametrize(
    ("claims", "status", "reason"),
    [
        ({"groups": ["guests"]}, 403, "no-role"),
        ({"groups": []}, 403, "no-role"),
        ({"groups": {"staff": 1}}, 403, "no-role"),
        ({"preferred_username": ""}, 403, "no-name"),
        ({"preferred_username": "a\nb"}, 403, "no-name"),
        ({"preferred_username": 7}, 403, "no-name"),
        ({"nonce": "another"}, 401, "bad-identity"),
        ({"nonce": None}, 401, "bad-identity"),
        ({"azp": "another"}, 401, "bad-identity"),
        ({"aud": "another"}, 401, "bad-identity"),
        ({"exp": 1}, 401, "bad-identity"),
        ({"groups": None, "userinfo": {"sub": "user:8", "groups": ["boss"]}}, 401, "bad-identity"),
    ],
)
def test_everybody_else_is_not(
    provider: FakeProvider, claims: dict[str, Any], status: int, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        through(made(provider), provider, **claims)
    assert (refused.value.status, refused.value.reason) == (status, reason)


@pytest.mark.parametrize("secret", ["", "another"])
def test_a_browser_that_did_not_begin_is_not(provider: FakeProvider, secret: str) -> None:
    oidc = made(provider)
    url, _ = oidc.begin()
    (state,) = parse_qs(urlsplit(url).query)["state"]
    with pytest.raises(Refused, match="not begun in this browser"):
        oidc.finish(secret, {"code": "c", "state": state})
    assert "/token" not in [path for path, _ in provider.asked]


def test_the_provider_s_own_no_is_told(provider: FakeProvider) -> None:
    oidc = made(provider)
    url, secret = oidc.begin()
    (state,) = parse_qs(urlsplit(url).query)["state"]
    with pytest.raises(Refused, match="said: access_denied"):
        oidc.finish(secret, {"error": "access_denied", "state": state})


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"issuer": "http://evil.example"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_is_another_or_none(
    provider: FakeProvider, document: dict[str, Any]
) -> None:
    path = "/.well-known/openid-configuration"
    status, good = provider.answers[path]
    provider.answers[path] = (status, {**good, **document} if document else {})
    with pytest.raises(Refused) as refused:
        made(provider).begin()
    assert (refused.value.status, refused.value.reason) == (502, "no-provider")
