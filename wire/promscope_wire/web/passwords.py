"""Basic authentication (RFC 7617) against bcrypt hashes."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Mapping

#: Of a password nobody has: an unknown name takes as long as a known one.
_NOBODY = "$2b$10$wPVq9HIRTCjkRJ.5X400DuRi1mVNlTZt9pq0bk0bDOcsZlfqZzIrm"
_MAX_KNOWN = 100
#: bcrypt looks at no more; Go's ignores the rest, Python's refuses.
_BCRYPT_BYTES = 72


class Passwords:
    """Checks Authorization headers; what was found is remembered, as bcrypt is slow by design."""

    def __init__(self) -> None:
        self._known: dict[bytes, bool] = {}
        self._one_at_a_time = asyncio.Lock()

    async def right(self, users: Mapping[str, str], authorization: str) -> bool:
        """Whether the header names one of `users` (name → hash) with the right password."""
        found = _credentials(authorization)
        if found is None:
            return False
        name, password = found
        digest = users.get(name, _NOBODY)
        # lengths in front keep (a, bc) and (ab, c) apart; no password stays in memory
        parts = (name.encode(), digest.encode(), password)
        key = hashlib.sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).digest()
        if key not in self._known:
            async with self._one_at_a_time:
                if key not in self._known:
                    matches = await asyncio.to_thread(_matches, password, digest)
                    if len(self._known) >= _MAX_KNOWN:
                        del self._known[next(iter(self._known))]
                    self._known[key] = matches
        return self._known[key] and name in users


def _matches(password: bytes, digest: str) -> bool:
    import bcrypt  # noqa: PLC0415 - memory that only those with passwords pay

    return bcrypt.checkpw(password[:_BCRYPT_BYTES], digest.encode())


def _credentials(authorization: str) -> tuple[str, bytes] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
        return (name.decode(), password) if colon else None
    except (binascii.Error, ValueError):
        return None
