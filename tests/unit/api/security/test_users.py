from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.security.grant import Grant
from promscope_api.security.passwords import Passwords, WeakPassword
from promscope_api.security.refusal import Refused
from promscope_api.security.sessions import Sessions
from promscope_api.security.tokens import Tokens
from promscope_api.security.users import ALL_BURST, EACH_BURST, NoUser, User, Users
from promscope_api.store.store import Store

GOOD = "correct horse battery"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as store:
        yield store


@pytest.fixture
def users(store: Store) -> Users:
    users = Users(store, Passwords(), now=lambda: 7.0)
    users.add("ada", GOOD, ("operator", "viewer"))
    return users


def test_the_password_signs_in(users: Users) -> None:
    assert users.all() == [User("ada", ("operator", "viewer"), 7.0)]
    assert users.check("ada", GOOD, "192.0.2.1") == Grant("ada", ("operator", "viewer"))


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("Ada", GOOD), ("eve", GOOD)])
def test_anything_else_does_not_and_all_say_the_same(
    users: Users, name: str, password: str
) -> None:
    with pytest.raises(Refused, match="do not belong together") as refused:
        users.check(name, password, "")
    assert (refused.value.status, refused.value.reason) == (401, "wrong-password")


def test_a_name_is_taken_once(users: Users) -> None:
    with pytest.raises(NoUser, match="already"):
        users.add("ada", GOOD, ("viewer",))


@pytest.mark.parametrize("name", ["", " ada", "a\nb", "x" * 65])
def test_a_name_can_be_printed(users: Users, name: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        users.add(name, GOOD, ("viewer",))


def test_a_new_password_ends_the_old_one_and_the_sessions(users: Users, store: Store) -> None:
    token, _ = Sessions(store).open("ada", ("viewer",), "")
    users.set_password("ada", "another horse battery")
    assert Sessions(store).principal(token) is None
    with pytest.raises(Refused):
        users.check("ada", GOOD, "")
    users.check("ada", "another horse battery", "")
    with pytest.raises(WeakPassword):
        users.set_password("ada", "short")
    with pytest.raises(NoUser):
        users.set_password("eve", GOOD)


def test_a_removed_user_leaves_no_session_and_no_token(users: Users, store: Store) -> None:
    session, _ = Sessions(store).open("ada", ("viewer",), "")
    secret, _ = Tokens(store).create("ci", "ada", ("viewer",))
    users.remove("ada")
    assert users.all() == []
    assert Sessions(store).principal(session) is None
    assert Tokens(store).find(secret) is None
    with pytest.raises(NoUser):
        users.remove("ada")


def test_guessing_locks_that_address_out_but_not_the_user(users: Users) -> None:
    for _ in range(EACH_BURST):
        with pytest.raises(Refused):
            users.check("ada", "wrong", "192.0.2.1")
    with pytest.raises(Refused) as refused:
        users.check("ada", GOOD, "192.0.2.1")
    assert (refused.value.status, refused.value.reason) == (429, "too-many-passwords")
    assert refused.value.retry_after
    assert users.check("ada", GOOD, "192.0.2.2").user == "ada"


def test_guessing_from_everywhere_is_slowed_down_too(users: Users) -> None:
    for number in range(ALL_BURST):
        with pytest.raises(Refused, match="do not belong"):
            users.check("ada", "wrong", f"192.0.2.{number}")
    with pytest.raises(Refused) as refused:
        users.check("ada", "wrong", "192.0.2.200")
    assert refused.value.status == 429


def test_the_password_itself_is_nowhere_on_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        Users(store, Passwords()).add("ada", GOOD, ("viewer",))
    assert not any(GOOD.encode() in file.read_bytes() for file in tmp_path.iterdir())
