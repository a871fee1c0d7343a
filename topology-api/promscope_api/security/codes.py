"""One-time sign-in codes: made on the machine, typed into the page, good once for 5 minutes."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Sequence

from sqlalchemy import delete, insert, select, update

from promscope_api.security.grant import Grant
from promscope_api.security.ratelimit import Limiter, peer_key
from promscope_api.security.refusal import Refused
from promscope_api.store.schema import sign_in_codes as table
from promscope_api.store.store import Store

LIFETIME_SECONDS = 300.0

#: Crockford's base 32: no I, L, O, U. 12 characters are 60 random bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _GROUP = 12, 4
_LOOK_ALIKE = str.maketrans("OIL", "011", "- \t\r\n")
_KEEP_USED_SECONDS = 24 * 3600.0


class SignInCodes:
    """Thread-safe, and one code is redeemed once however many processes try."""

    def __init__(self, store: Store, *, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now
        self._each = Limiter(5, 12.0)
        self._total = Limiter(30, 2.0)

    def mint(self, user: str, roles: Sequence[str]) -> str:
        """A new code, as it is shown: XXXX-XXXX-XXXX. Raises StoreUnavailable."""
        plain = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        now = self._now()
        row = {
            "digest": _digest(plain),
            "user": user,
            "roles": ",".join(roles),
            "expires": now + LIFETIME_SECONDS,
            "used": None,
        }
        with self._store.begin() as connection:
            stale = delete(table).where(table.c.expires < now - _KEEP_USED_SECONDS)
            connection.execute(stale)
            connection.execute(insert(table), row)
        return "-".join(plain[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))

    def redeem(self, code: str, peer: str) -> Grant:
        """Use the code up.

        Raises Refused (reason used-code, expired-code or wrong-code; too-many-codes for a wrong
        one after several, from this peer or from all) or StoreUnavailable. A right code always
        wins, so that nobody can lock the operator out: 60 bits are not guessed in 5 minutes.
        The user is told the same for all wrong codes; the audit record has the reason.
        """
        digest = _digest(normalise(code))
        now = self._now()
        use = update(table).where(
            table.c.digest == digest, table.c.used.is_(None), table.c.expires > now
        )
        with self._store.begin() as connection:
            won = connection.execute(use.values(used=now)).rowcount == 1
            row = connection.execute(select(table).where(table.c.digest == digest)).first()
        if won and row is not None:
            return Grant(row.user, tuple(row.roles.split(",")))
        key = peer_key(peer)
        wait = max(self._each.wait_seconds(key), self._total.wait_seconds(""))
        if wait:
            raise Refused(
                429, "too-many-codes", f"Too many wrong codes: wait {wait} s.", retry_after=wait
            )
        self._each.allow(key)
        self._total.allow("")
        reason = "wrong-code"
        if row is not None:
            reason = "expired-code" if row.used is None else "used-code"
        raise Refused(
            401,
            reason,
            "This code is wrong, used or older than 5 minutes. Make a new one with"
            " `promscope sign-in-code`.",
        )


def normalise(typed: str) -> str:
    """The code as it was made: any case, with or without dashes, O for 0, I or L for 1."""
    return typed[:64].upper().translate(_LOOK_ALIKE)


def _digest(plain: str) -> str:
    # 60 random bits that live 5 minutes: a slow hash would add nothing.
    return hashlib.sha256(
        b"promscope sign-in code\0" + plain.encode("utf-8", "replace")
    ).hexdigest()
