"""Passwords: hashed with argon2id, checked a few at a time so that they cannot fill the memory.

Parameters: the OWASP Password Storage Cheat Sheet's (19 MiB, two passes, one lane); the encoded
hash names its own, so they can be raised later.
"""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from promscope_api.security.refusal import Refused

MIN_LENGTH, MAX_LENGTH = 12, 256
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
_AT_ONCE, _WAIT_SECONDS = 2, 5.0


class WeakPassword(ValueError):
    """The password is not taken; the text says why."""


class Passwords:
    """Thread-safe."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(_PASSES, _MEMORY_KIB, _LANES)
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = self._hasher.hash("nobody's password")

    def hash(self, password: str) -> str:
        """The encoded hash to keep. Raises WeakPassword."""
        if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
            raise WeakPassword(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
        return self._hasher.hash(_same(password))

    def fits(self, encoded: str | None, password: str) -> bool:
        """Whether it is the password of this hash; None, for a user there is not, takes as long.

        Raises Refused (503) when too many wait to be checked.
        """
        if len(password) > MAX_LENGTH:
            return False
        if not self._turns.acquire(timeout=_WAIT_SECONDS):
            raise Refused(
                503, "busy", "Too many sign-ins at once: try again in a moment.", retry_after=5
            )
        try:
            return self._hasher.verify(encoded or self._nobodys, _same(password)) and bool(encoded)
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._turns.release()


def _same(password: str) -> bytes:
    """One password however the keyboard composes it (NIST SP 800-63B: NFKC)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
