"""What a good token says; the bad ones are in tests/hostile/test_t2_signed_identity.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from promscope_api.security.outgoing import NoAnswer, Outgoing
from promscope_api.security.signed import Keys, claims
from tests.trust.provider import AUDIENCE, FakeProvider


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as provider:
        yield provider


def test_a_good_token_tells_its_claims(provider: FakeProvider) -> None:
    keys = Keys(provider.keys_url, Outgoing())
    for _ in range(3):
        found = claims(
            provider.sign(username="ada"), keys, issuer=provider.issuer, audience=AUDIENCE
        )
        assert (found["sub"], found["username"]) == ("user:7", "ada")
    assert [path for path, _ in provider.asked] == ["/keys"]


@pytest.mark.parametrize("answer", [{"keys": [{"kty": "EC"}]}, {"keys": 1}, {}, {"keys": ["x"]}])
def test_keys_that_are_none_are_no_answer(provider: FakeProvider, answer: object) -> None:
    provider.answers["/keys"] = (200, answer)
    with pytest.raises(NoAnswer):
        Keys(provider.keys_url, Outgoing()).get()
