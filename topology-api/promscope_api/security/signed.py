"""Signed identities (JWT, RFC 7519; RFC 8725 for what to refuse): whose word is taken for what.

Only asymmetric algorithms are allowed, so neither `none` nor a public key used as an HMAC secret
passes; keys come from the one pinned URL, and `kid` only chooses among them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from promscope_api.security.outgoing import NoAnswer, Outgoing

ALGORITHMS = ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
LEEWAY_SECONDS = 60
MAX_TOKEN = 16 * 1024
#: Keys are asked for again after this, and at most this often for a token they do not fit.
KEYS_SECONDS, AGAIN_SECONDS = 3600.0, 10.0

log = logging.getLogger(__name__)


class NotSigned(Exception):
    """The token is not what it must be; the text says how, for the log and the audit record."""


class Keys:
    """The public keys at one URL (JWK set, RFC 7517), kept for an hour. Thread-safe."""

    def __init__(
        self, url: str, outgoing: Outgoing, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._outgoing = outgoing
        self._monotonic = monotonic
        self._mutex = threading.Lock()
        self._keys: KeySet | None = None
        self._asked = float("-inf")

    def get(self, *, newer: bool = False) -> KeySet:
        """The keys; `newer`: ask again, unless that was just done. Raises NoAnswer."""
        with self._mutex:
            age = self._monotonic() - self._asked
            if self._keys is None or age > (AGAIN_SECONDS if newer else KEYS_SECONDS):
                try:
                    self._keys = KeySet.import_key_set(self._outgoing.json(self._url))  # type: ignore[arg-type]
                    self._asked = self._monotonic()
                except (JoseError, ValueError, TypeError, KeyError) as error:
                    raise NoAnswer(f"{self._url} has no usable keys") from error
            return self._keys


def claims(
    token: str, keys: Keys, *, issuer: str, audience: str, now: Callable[[], float] = time.time
) -> dict[str, Any]:
    """The claims of a token signed by one of `keys` for `audience`, not expired.

    Raises NotSigned or NoAnswer.
    """
    if len(token) > MAX_TOKEN:
        raise NotSigned("it is too long")
    try:
        decoded = _decode(token, keys)
        registry = jwt.JWTClaimsRegistry(
            now=int(now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        registry.validate(decoded)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotSigned(f"{type(error).__name__}: {error}"[:200]) from error
    return decoded


def _decode(token: str, keys: Keys) -> dict[str, Any]:
    try:
        return jwt.decode(token, keys.get(), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError):
        # The provider may have new keys.
        return jwt.decode(token, keys.get(newer=True), algorithms=ALGORITHMS).claims
