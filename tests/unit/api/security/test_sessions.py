from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from promscope_api.security.principal import Principal
from promscope_api.security.sessions import Sessions
from promscope_api.store.schema import sessions as table
from promscope_api.store.store import Store


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as store:
        yield store


def test_the_token_stands_for_who_signed_in(store: Store, clock: Clock) -> None:
    sessions = Sessions(store, now=clock)
    token, principal = sessions.open("ada", ("viewer", "operator"), "127.0.0.1")
    assert sessions.principal(token) == principal
    assert principal == Principal("ada", ("viewer", "operator"), "session", principal.session)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 100_000])
def test_any_other_token_stands_for_nobody(store: Store, token: str) -> None:
    sessions = Sessions(store)
    sessions.open("ada", ("operator",), "")
    assert sessions.principal(token) is None


def test_it_survives_a_restart(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        token, principal = Sessions(store).open("ada", ("operator",), "")
    with Store.open(tmp_path) as store:
        assert Sessions(store).principal(token) == principal


def test_it_ends_with_signing_out_and_no_other_does(store: Store) -> None:
    sessions = Sessions(store)
    token, principal = sessions.open("ada", ("operator",), "")
    other, _ = sessions.open("bob", ("viewer",), "")
    sessions.close(principal.session)
    assert sessions.principal(token) is None
    assert sessions.principal(other) is not None


def test_it_ends_after_twelve_hours_and_is_then_forgotten(store: Store, clock: Clock) -> None:
    sessions = Sessions(store, now=clock)
    token, _ = sessions.open("ada", ("operator",), "")
    clock.now += 12 * 3600 - 1
    assert sessions.principal(token) is not None
    clock.now += 1
    assert sessions.principal(token) is None
    sessions.open("bob", ("viewer",), "")
    with store.begin() as connection:
        assert connection.execute(select(table.c.user)).scalars().all() == ["bob"]


def test_the_token_itself_is_nowhere_on_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        token, _ = Sessions(store).open("ada", ("operator",), "")
    assert not any(token.encode() in file.read_bytes() for file in tmp_path.iterdir())
