"""Users who come through Grafana's data-source proxy: its signed identity, `X-Grafana-Id`.

Grafana signs a JWT of 10 minutes for each request that it forwards and publishes the keys at
`/api/signing-keys/keys`. Which Grafana is believed is pinned to the API token that the data
source sends, so one Grafana cannot speak for the users of another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec

from promscope_api.security.outgoing import NoAnswer, Outgoing
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.signed import Keys, NotSigned, claims

HEADER = "x-grafana-id"
KEYS_PATH = "/api/signing-keys/keys"
#: How long a stream of such a user stays open: as long as Grafana's own word is good.
STREAM_SECONDS = 600.0
#: Grafana's roles that have all roles of the token; everybody else watches.
_TRUSTED_ROLES = ("Editor", "Admin")


class GrafanaPin(msgspec.Struct, frozen=True):
    """Which Grafana is believed: its root_url, word for word, and the organisation (`org:1`)."""

    issuer: str
    audience: str


class GrafanaUsers:
    """Thread-safe."""

    def __init__(self, outgoing: Outgoing, now: Callable[[], float] = time.time) -> None:
        self._outgoing = outgoing
        self._now = now
        self._mutex = threading.Lock()
        self._keys: dict[str, Keys] = {}

    def principal(self, token: Principal, pin: GrafanaPin, identity: str | None) -> Principal:
        """The user of Grafana behind a request with the API token of `token`.

        Raises Refused: 403, because Grafana hides a 401; 503 while Grafana's keys are unknown.
        """
        if identity is None:
            raise Refused(
                403, "no-grafana-identity", "This API token is for users that Grafana names."
            )
        try:
            found = claims(
                identity,
                self._keys_of(pin.issuer),
                issuer=pin.issuer,
                audience=pin.audience,
                now=self._now,
            )
        except NotSigned as error:
            raise Refused(
                403, "bad-grafana-identity", f"Grafana's word for you cannot be trusted: {error}."
            ) from error
        except NoAnswer as error:
            raise Refused(503, "no-grafana-keys", f"{error}.") from error
        name = found.get("username") or found["sub"]
        if not isinstance(name, str) or not name.isprintable() or len(name) > 100:
            raise Refused(403, "bad-grafana-identity", "Grafana tells no usable user name.")
        roles = token.roles
        if found.get("role") not in _TRUSTED_ROLES:
            roles = tuple(role for role in roles if role == "viewer") or ("viewer",)
        return Principal(
            f"grafana:{name}",
            roles,
            "grafana",
            token=token.token,
            scopes=token.scopes,
            until=self._now() + STREAM_SECONDS,
        )

    def _keys_of(self, issuer: str) -> Keys:
        with self._mutex:
            return self._keys.setdefault(
                issuer, Keys(issuer.rstrip("/") + KEYS_PATH, self._outgoing)
            )
