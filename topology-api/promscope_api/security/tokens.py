"""API tokens for programs: scoped, expiring, known to the store by their digest only."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select

from promscope_api.security.grafana import GrafanaPin
from promscope_api.security.principal import Principal
from promscope_api.store.schema import api_tokens as table
from promscope_api.store.store import Store

#: What every token begins with, so that scanners for leaked secrets can find it.
PREFIX = "pst_"
DEFAULT_SECONDS = 30 * 86_400.0
MAX_SECONDS = 366 * 86_400.0
MAX_NAME = 64
_TOKEN_BYTES = 32


class ApiToken(msgspec.Struct, frozen=True):
    """A token without its secret. `scopes`: the permissions it is limited to, of those its roles
    grant; empty: all of them. `grafana`: it is for users of that Grafana only. Times
    are Unix seconds."""

    id: str
    name: str
    user: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    created: float
    expires: float
    grafana: GrafanaPin | None = None

    def principal(self) -> Principal:
        """Whom it stands for."""
        return Principal(self.user, self.roles, "token", token=self.id, scopes=self.scopes or None)


class Tokens:
    """Thread-safe. Every method may raise StoreUnavailable."""

    def __init__(self, store: Store, *, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now

    def create(
        self,
        name: str,
        user: str,
        roles: Sequence[str],
        scopes: Sequence[str] = (),
        lifetime_seconds: float = DEFAULT_SECONDS,
        grafana: GrafanaPin | None = None,
    ) -> tuple[str, ApiToken]:
        """A new token: its secret, shown this once, and what is known of it.

        Raises ValueError for a bad name or lifetime.
        """
        if not 0 < len(name) <= MAX_NAME or not name.isprintable():
            raise ValueError(f"a token's name has 1 to {MAX_NAME} printable characters")
        if not 0 < lifetime_seconds <= MAX_SECONDS:
            raise ValueError(f"a token lives {MAX_SECONDS / 86_400:.0f} days at most")
        secret = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._now()
        token = ApiToken(
            id=secrets.token_hex(8),
            name=name,
            user=user,
            roles=tuple(roles),
            scopes=tuple(scopes),
            created=now,
            expires=now + lifetime_seconds,
            grafana=grafana,
        )
        fields = msgspec.structs.asdict(token)
        del fields["grafana"]
        row = {
            **fields,
            "grafana_issuer": grafana.issuer if grafana else None,
            "grafana_audience": grafana.audience if grafana else None,
            "digest": _digest(secret),
            "roles": ",".join(roles),
            "scopes": ",".join(scopes),
        }
        with self._store.begin() as connection:
            connection.execute(delete(table).where(table.c.expires <= now))
            connection.execute(insert(table), row)
        return secret, token

    def find(self, secret: str) -> ApiToken | None:
        """The token; None for an unknown, revoked or expired one."""
        wanted = select(table).where(
            table.c.digest == _digest(secret), table.c.expires > self._now()
        )
        with self._store.begin() as connection:
            row = connection.execute(wanted).first()
        return _token(row) if row is not None else None

    def all(self, user: str | None = None) -> list[ApiToken]:
        """Those that are valid, of one user or of all, the oldest first."""
        wanted = select(table).where(table.c.expires > self._now()).order_by(table.c.created)
        if user is not None:
            wanted = wanted.where(table.c.user == user)
        with self._store.begin() as connection:
            return [_token(row) for row in connection.execute(wanted)]

    def revoke(self, token_id: str, user: str | None = None) -> ApiToken | None:
        """End a token (of `user`, if given): what it was, None where there is none."""
        mine = table.c.id == token_id
        if user is not None:
            mine &= table.c.user == user
        with self._store.begin() as connection:
            row = connection.execute(select(table).where(mine)).first()
            connection.execute(delete(table).where(mine))
        return _token(row) if row is not None else None

    def alive(self, ids: Collection[str]) -> set[str]:
        """Which of these tokens are still valid."""
        wanted = select(table.c.id).where(table.c.id.in_(ids), table.c.expires > self._now())
        with self._store.begin() as connection:
            return set(connection.execute(wanted).scalars())


def _token(row: Any) -> ApiToken:
    names = (name for name in ApiToken.__struct_fields__ if name != "grafana")
    found = {name: getattr(row, name) for name in names}
    if row.grafana_issuer is not None:
        found["grafana"] = GrafanaPin(row.grafana_issuer, row.grafana_audience)
    for many in ("roles", "scopes"):
        found[many] = tuple(word for word in found[many].split(",") if word)
    return ApiToken(**found)


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
