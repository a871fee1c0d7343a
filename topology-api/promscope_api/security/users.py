"""Local users: a name, a password and roles, kept in the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from promscope_api.security.grant import Grant
from promscope_api.security.passwords import Passwords
from promscope_api.security.ratelimit import Limiter, peer_key
from promscope_api.security.refusal import Refused
from promscope_api.store.schema import api_tokens, sessions
from promscope_api.store.schema import users as table
from promscope_api.store.store import Store, StoreUnavailable

MAX_NAME = 64
#: Wrong passwords: per user and address, and per user from everywhere.
EACH_BURST, ALL_BURST, PERIOD_SECONDS = 5, 30, 30.0


class NoUser(Exception):
    """There is no such user, or there is one already; the text says which."""


class User(msgspec.Struct, frozen=True):
    """`created`: Unix seconds."""

    name: str
    roles: tuple[str, ...]
    created: float


class Users:
    """Thread-safe. Every method may raise StoreUnavailable."""

    def __init__(
        self, store: Store, passwords: Passwords, *, now: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._now = now
        self._each = Limiter(EACH_BURST, PERIOD_SECONDS)
        self._all = Limiter(ALL_BURST, PERIOD_SECONDS)

    def add(self, name: str, password: str, roles: Sequence[str]) -> None:
        """Raises NoUser where the name is taken, WeakPassword, or ValueError for a bad name."""
        row = {
            "name": valid_name(name),
            "password_hash": self._passwords.hash(password),
            "roles": ",".join(roles),
            "created": self._now(),
        }
        try:
            with self._store.begin() as connection:
                connection.execute(insert(table), row)
        except StoreUnavailable as error:
            if isinstance(error.__cause__, IntegrityError):
                raise NoUser(f"there is a user {name} already") from error
            raise

    def all(self) -> list[User]:
        """By name."""
        with self._store.begin() as connection:
            rows = connection.execute(select(table).order_by(table.c.name)).all()
        return [User(row.name, tuple(row.roles.split(",")), row.created) for row in rows]

    def remove(self, name: str) -> None:
        """The user, its sessions and its API tokens. Raises NoUser."""
        with self._store.begin() as connection:
            if not connection.execute(delete(table).where(table.c.name == name)).rowcount:
                raise NoUser(f"there is no user {name}")
            connection.execute(delete(sessions).where(sessions.c.user == name))
            connection.execute(delete(api_tokens).where(api_tokens.c.user == name))

    def set_password(self, name: str, password: str) -> None:
        """A new password; the user's sessions end. Raises NoUser or WeakPassword."""
        change = update(table).where(table.c.name == name)
        encoded = self._passwords.hash(password)
        with self._store.begin() as connection:
            if not connection.execute(change.values(password_hash=encoded)).rowcount:
                raise NoUser(f"there is no user {name}")
            connection.execute(delete(sessions).where(sessions.c.user == name))

    def check(self, name: str, password: str, peer: str) -> Grant:
        """Whom the password signs in.

        Raises Refused: 401 wrong-password (the same for a user there is not), 429
        too-many-passwords after several wrong ones, where a right one is refused too.
        """
        each = f"{peer_key(peer)} {name}"
        wait = max(self._each.wait_seconds(each), self._all.wait_seconds(name))
        if wait:
            raise Refused(
                429,
                "too-many-passwords",
                f"Too many wrong passwords: wait {wait} s.",
                retry_after=wait,
            )
        with self._store.begin() as connection:
            row = connection.execute(select(table).where(table.c.name == name)).first()
        if self._passwords.fits(row.password_hash if row else None, password) and row is not None:
            return Grant(row.name, tuple(row.roles.split(",")))
        self._each.allow(each)
        self._all.allow(name)
        raise Refused(401, "wrong-password", "This name and password do not belong together.")


def valid_name(name: str) -> str:
    """The name; a colon would be another source's (`oidc:ada`). Raises ValueError."""
    if (
        not 0 < len(name) <= MAX_NAME
        or not name.isprintable()
        or name != name.strip()
        or ":" in name
    ):
        raise ValueError(f"a user name has 1 to {MAX_NAME} printable characters, no colon")
    return name
