"""T2: a signed identity that is not one is refused, whatever it was made of."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from promscope_api.security.outgoing import Outgoing
from promscope_api.security.signed import LEEWAY_SECONDS, Keys, NotSigned, claims
from tests.trust.provider import AUDIENCE, FakeProvider


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as provider:
        yield provider


def check(provider: FakeProvider, token: str, keys: Keys | None = None) -> dict[str, Any]:
    used = keys or Keys(provider.keys_url, Outgoing())
    return claims(token, used, issuer=provider.issuer, audience=AUDIENCE)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(provider: FakeProvider) -> str:
    return f"{part({'alg': 'none'})}.{part(provider.claims())}."


def public_key_as_secret(provider: FakeProvider) -> str:
    """HMAC with the public key, which everybody knows, as its secret."""
    signed = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(provider.claims())}"
    digest = hmac.digest(provider.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def foreign_key(provider: FakeProvider) -> str:
    return provider.sign(ECKey.generate_key("P-256", {"kid": "one"}))


def key_in_the_header(provider: FakeProvider) -> str:
    mine = ECKey.generate_key("P-256", {"kid": "one"})
    header = {"alg": "ES256", "jwk": mine.as_dict(private=False)}
    return jwt.encode(header, provider.claims(), mine)


def kid_is_a_path(provider: FakeProvider) -> str:
    mine = ECKey.generate_key("P-256", {"kid": "../../../../dev/null"})
    return provider.sign(mine)


def keys_elsewhere(provider: FakeProvider) -> str:
    mine = ECKey.generate_key("P-256", {"kid": "one"})
    header = {"alg": "ES256", "kid": "one", "jku": "http://127.0.0.1:1/keys"}
    return jwt.encode(header, provider.claims(), mine)


def changed(provider: FakeProvider) -> str:
    head, _, signature = provider.sign().split(".")
    return f"{head}.{part(provider.claims(sub='user:1'))}.{signature}"


@pytest.mark.parametrize(
    "make",
    [
        unsigned,
        public_key_as_secret,
        foreign_key,
        key_in_the_header,
        kid_is_a_path,
        keys_elsewhere,
        changed,
    ],
)
def test_signed_by_anybody_else(
    provider: FakeProvider, make: Callable[[FakeProvider], str]
) -> None:
    with pytest.raises(NotSigned):
        check(provider, make(provider))


@pytest.mark.parametrize(
    "claim",
    [
        {"aud": "another"},
        {"aud": None},
        {"aud": [AUDIENCE[:-1]]},
        {"iss": "http://evil.example"},
        {"iss": None},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": int(time.time()) - LEEWAY_SECONDS - 5},
        {"nbf": int(time.time()) + LEEWAY_SECONDS + 3600},
        {"iat": int(time.time()) + LEEWAY_SECONDS + 3600},
        {"sub": None},
    ],
)
def test_for_another_place_or_time(provider: FakeProvider, claim: dict[str, Any]) -> None:
    with pytest.raises(NotSigned):
        check(provider, provider.sign(**claim))


@pytest.mark.parametrize("token", ["", "x", "..", "a.b.c", "é.é.é", "\ud800", "x" * 1_000_000])
def test_no_token_at_all(provider: FakeProvider, token: str) -> None:
    with pytest.raises(NotSigned):
        check(provider, token)


def test_clocks_may_differ_a_little(provider: FakeProvider) -> None:
    assert check(provider, provider.sign(exp=int(time.time()) - LEEWAY_SECONDS + 30))


def test_a_new_key_is_fetched_and_the_old_one_is_worth_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = 0.0
    with FakeProvider() as provider:
        keys = Keys(provider.keys_url, Outgoing(), lambda: clock)
        old = provider.sign()
        assert check(provider, old, keys)["sub"] == "user:7"
        new = ECKey.generate_key("P-256", {"kid": "two"})
        provider.publish(new)
        with pytest.raises(NotSigned):
            check(provider, provider.sign(new), keys)
        clock = 11.0
        assert check(provider, provider.sign(new), keys)
        with pytest.raises(NotSigned):
            check(provider, old, keys)
        asked = [path for path, _ in provider.asked if path == "/keys"]
        assert len(asked) == 2
