"""Probes with a credential of their own: invited by a token that is good once, listed, revocable.

A probe makes its credential itself and shows it together with the token at its first connection,
so an answer that is lost costs nothing: it comes again with the same. The store knows both by
digest only.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from promscope_api.store.schema import join_tokens, probes
from promscope_api.store.store import Store

#: What a token to join with begins with. `psp_` is what a probe's credential begins with.
PREFIX = "psj_"
CREDENTIAL = re.compile(r"psp_[A-Za-z0-9_-]{43}", re.ASCII)
DEFAULT_SECONDS = 3600.0
MAX_SECONDS = 30 * 86_400.0
MAX_NAME = 64
_TOKEN_BYTES = 32


class JoinedProbe(msgspec.Struct, frozen=True):
    """A probe that joined, without its credential. `host_id`: the host it speaks for, "" before
    its first word. `joined` is a Unix time."""

    id: str
    name: str
    host_id: str
    joined: float


class Probes:
    """Thread-safe; any replica takes what another gave. Methods may raise StoreUnavailable."""

    def __init__(self, store: Store, *, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now

    def invite(self, name: str, lifetime_seconds: float = DEFAULT_SECONDS) -> str:
        """A token that one probe can join with. Raises ValueError for a bad name or lifetime."""
        if not 0 < len(name) <= MAX_NAME or not name.isprintable():
            raise ValueError(f"a probe's name has 1 to {MAX_NAME} printable characters")
        if not 0 < lifetime_seconds <= MAX_SECONDS:
            raise ValueError(f"an invitation lasts {MAX_SECONDS / 86_400:.0f} days at most")
        token = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._now()
        row = {"digest": _digest(token), "name": name, "expires": now + lifetime_seconds}
        with self._store.begin() as connection:
            connection.execute(delete(join_tokens).where(join_tokens.c.expires <= now))
            connection.execute(insert(join_tokens), row)
        return token

    def admit(
        self, credential: str, token: str, joined: Callable[[JoinedProbe], None]
    ) -> JoinedProbe | None:
        """Whose credential this is; with a valid `token` a new probe's, of which `joined` hears
        before it counts. None: nobody's."""
        if not CREDENTIAL.fullmatch(credential):
            return None
        with self._store.begin() as connection:
            known = _find(connection, credential)
            if known is not None or not token:
                return known
            use = (
                delete(join_tokens)
                .where(join_tokens.c.digest == _digest(token), join_tokens.c.expires > self._now())
                .returning(join_tokens.c.name)
            )
            name = connection.execute(use).scalar()
            if name is None:
                # Another replica may have taken it for the same probe just now.
                return _find(connection, credential)
            probe = JoinedProbe(secrets.token_hex(8), name, "", self._now())
            row = {**msgspec.structs.asdict(probe), "digest": _digest(credential)}
            connection.execute(insert(probes), row)
            joined(probe)
        return probe

    def is_of(self, probe_id: str, host_id: str) -> bool:
        """Whether the probe speaks for this host: that of its first word, for ever."""
        mine = probes.c.id == probe_id
        with self._store.begin() as connection:
            first = update(probes).where(mine, probes.c.host_id == "").values(host_id=host_id)
            connection.execute(first)
            found = connection.execute(select(probes.c.host_id).where(mine)).scalar()
        return bool(found == host_id)

    def all(self) -> list[JoinedProbe]:
        """Those that joined, the oldest first."""
        with self._store.begin() as connection:
            rows = connection.execute(select(probes).order_by(probes.c.joined))
            return [_probe(row) for row in rows]

    def revoke(self, probe_id: str) -> JoinedProbe | None:
        """Let it in no more: what it was, None where there is none."""
        mine = probes.c.id == probe_id
        with self._store.begin() as connection:
            row = connection.execute(select(probes).where(mine)).first()
            connection.execute(delete(probes).where(mine))
        return _probe(row) if row is not None else None

    def alive(self, ids: Collection[str]) -> set[str]:
        """Which of these were not revoked."""
        with self._store.begin() as connection:
            return set(
                connection.execute(select(probes.c.id).where(probes.c.id.in_(ids))).scalars()
            )


def _find(connection: Connection, credential: str) -> JoinedProbe | None:
    wanted = select(probes).where(probes.c.digest == _digest(credential))
    row = connection.execute(wanted).first()
    return _probe(row) if row is not None else None


def _probe(row: Any) -> JoinedProbe:
    return JoinedProbe(**{name: getattr(row, name) for name in JoinedProbe.__struct_fields__})


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
