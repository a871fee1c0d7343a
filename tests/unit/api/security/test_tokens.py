from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.security.grafana import GrafanaPin
from promscope_api.security.principal import Principal
from promscope_api.security.tokens import MAX_SECONDS, PREFIX, Tokens
from promscope_api.store.store import Store


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(tmp_path: Path, clock: Clock) -> Iterator[Tokens]:
    with Store.open(tmp_path) as store:
        yield Tokens(store, now=clock)


def test_it_stands_for_its_user_within_its_scopes(tokens: Tokens) -> None:
    secret, token = tokens.create("ci", "ada", ("operator",), ("view", "lifecycle"))
    assert secret.startswith(PREFIX)
    assert (found := tokens.find(secret)) == token
    assert found.principal() == Principal(
        "ada", ("operator",), "token", token=token.id, scopes=("view", "lifecycle")
    )
    assert tokens.all() == [token]
    whole, _ = tokens.create("all", "ada", ("operator",))
    assert (found := tokens.find(whole)) is not None
    assert found.principal().scopes is None


@pytest.mark.parametrize("secret", ["", PREFIX, PREFIX + "x" * 43, "\ud800", "x" * 100_000])
def test_any_other_secret_stands_for_nobody(tokens: Tokens, secret: str) -> None:
    tokens.create("ci", "ada", ("operator",))
    assert tokens.find(secret) is None


def test_it_expires(tokens: Tokens, clock: Clock) -> None:
    secret, token = tokens.create("ci", "ada", ("viewer",), lifetime_seconds=60)
    clock.now += 59
    assert tokens.alive([token.id, "other"]) == {token.id}
    clock.now += 1
    assert tokens.find(secret) is None
    assert tokens.all() == []
    assert tokens.alive([token.id]) == set()


def test_it_is_revoked_by_its_user_and_no_other(tokens: Tokens) -> None:
    secret, token = tokens.create("ci", "ada", ("viewer",))
    assert tokens.revoke(token.id, "bob") is None
    assert tokens.find(secret) is not None
    assert tokens.all("bob") == []
    assert tokens.revoke(token.id, "ada") == token
    assert tokens.find(secret) is None
    assert tokens.revoke(token.id) is None


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("", 60), ("a\nb", 60), ("x" * 65, 60), ("ci", 0), ("ci", MAX_SECONDS + 1)],
)
def test_what_is_no_name_and_no_lifetime_is_refused(
    tokens: Tokens, name: str, seconds: float
) -> None:
    with pytest.raises(ValueError, match="token"):
        tokens.create(name, "ada", ("viewer",), lifetime_seconds=seconds)


def test_the_secret_itself_is_nowhere_on_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        secret, _ = Tokens(store).create("ci", "ada", ("viewer",))
    assert not any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir())


def test_a_pin_is_kept(tokens: Tokens) -> None:
    pin = GrafanaPin("https://grafana.example/", "org:2")
    secret, token = tokens.create("grafana", "ada", ("viewer",), grafana=pin)
    assert tokens.find(secret) == token
    assert token.grafana == pin
