import asyncio
import base64

import bcrypt
import pytest

from promscope_wire.web import passwords
from promscope_wire.web.passwords import Passwords

HASH = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
USERS = {"alice": HASH, "htpasswd": HASH.replace("$2b$", "$2y$")}


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize("name", USERS)
async def test_the_right_password(name: str) -> None:
    known = Passwords()
    for _ in range(2):
        assert await known.right(USERS, basic(name, "secret"))
    assert await known.right(USERS, basic(name, "secret").replace("Basic", "BASIC"))
    assert not await known.right(USERS, basic(name, "Secret"))


@pytest.mark.parametrize(
    "header",
    [
        "", "Basic", "Basic !!!", "Basic YQ==", "Basic /////w==", "Bearer secret",
        basic("", ""), basic("bob", "secret"), basic("alice", ""), basic("alice", "secret\0x"),
        basic("alic", "esecret"), basic("alice", "x" * 5000),
    ],
)  # fmt: skip
async def test_anything_else(header: str) -> None:
    assert not await Passwords().right(USERS, header)


async def test_nobody_is_let_in_even_with_the_password_of_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "_NOBODY", HASH)
    assert not await Passwords().right(USERS, basic("nobody", "secret"))


async def test_a_changed_hash_is_not_remembered() -> None:
    known = Passwords()
    assert await known.right(USERS, basic("alice", "secret"))
    other = bcrypt.hashpw(b"other", bcrypt.gensalt(4)).decode()
    assert not await known.right({"alice": other}, basic("alice", "secret"))


async def test_only_72_bytes_count_as_in_go() -> None:
    long = "x" * 72
    users = {"alice": bcrypt.hashpw(long.encode(), bcrypt.gensalt(4)).decode()}
    assert await Passwords().right(users, basic("alice", long + "y"))


async def test_many_at_once_with_few_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_MAX_KNOWN", 3)
    known = Passwords()
    words = [f"{number}" for number in range(10)] + ["secret"] * 20
    found = await asyncio.gather(*(known.right(USERS, basic("alice", word)) for word in words))
    assert found == [False] * 10 + [True] * 20
    assert len(known._known) <= 3
