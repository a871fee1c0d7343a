"""Signed-in browsers: a random token in a cookie, known to the store by its digest only."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select

from promscope_api.security.principal import Principal
from promscope_api.store.schema import sessions as table
from promscope_api.store.store import Store

LIFETIME_SECONDS = 12 * 3600.0
_TOKEN_BYTES = 32


class Session(msgspec.Struct, frozen=True):
    """A signed-in browser. `peer`: the address it signed in from. Times are Unix seconds."""

    id: str
    user: str
    roles: tuple[str, ...]
    created: float
    expires: float
    peer: str


class Sessions:
    """Thread-safe; survives a restart. Every method may raise StoreUnavailable."""

    def __init__(
        self,
        store: Store,
        *,
        lifetime_seconds: float = LIFETIME_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self.lifetime_seconds = lifetime_seconds
        self._now = now

    def open(self, user: str, roles: Sequence[str], peer: str) -> tuple[str, Principal]:
        """A new session: the token for the cookie, and who it stands for."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        principal = Principal(user, tuple(roles), "session", secrets.token_hex(8))
        now = self._now()
        row = {
            "token_digest": _digest(token),
            "id": principal.session,
            "user": user,
            "roles": ",".join(roles),
            "created": now,
            "expires": now + self.lifetime_seconds,
            "peer": peer[:64],
        }
        with self._store.begin() as connection:
            connection.execute(delete(table).where(table.c.expires <= now))
            connection.execute(insert(table), row)
        return token, principal

    def principal(self, token: str) -> Principal | None:
        """Whose session it is; None for an unknown, ended or expired one."""
        wanted = select(table.c.id, table.c.user, table.c.roles).where(
            table.c.token_digest == _digest(token), table.c.expires > self._now()
        )
        with self._store.begin() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        return Principal(row.user, tuple(row.roles.split(",")), "session", row.id)

    def close(self, session_id: str, user: str | None = None) -> Session | None:
        """End a session (of `user`, if given): the token is worth nothing from now on.

        Returns what it was, None where there is none.
        """
        mine = table.c.id == session_id
        if user is not None:
            mine &= table.c.user == user
        with self._store.begin() as connection:
            row = connection.execute(select(table).where(mine)).first()
            connection.execute(delete(table).where(mine))
        return _session(row) if row is not None else None

    def all(self, user: str | None = None) -> list[Session]:
        """Those that are valid, of one user or of all, the oldest first."""
        wanted = select(table).where(table.c.expires > self._now()).order_by(table.c.created)
        if user is not None:
            wanted = wanted.where(table.c.user == user)
        with self._store.begin() as connection:
            return [_session(row) for row in connection.execute(wanted)]

    def alive(self, ids: Collection[str]) -> set[str]:
        """Which of these sessions are still valid."""
        wanted = select(table.c.id).where(table.c.id.in_(ids), table.c.expires > self._now())
        with self._store.begin() as connection:
            return set(connection.execute(wanted).scalars())


def _session(row: Any) -> Session:
    return Session(
        row.id, row.user, tuple(row.roles.split(",")), row.created, row.expires, row.peer
    )


def _digest(token: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
