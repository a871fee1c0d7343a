"""Which probe opens a tunnel: one with a credential of its own, or any with the shared secret."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable

from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, AuditUnavailable
from promscope_api.security.origin import refuse_credentials_in_query
from promscope_api.security.principal import Principal
from promscope_api.security.probes import CREDENTIAL, JoinedProbe, Probes
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request
from promscope_api.store.store import StoreUnavailable

#: The header with the token that a probe joins with.
JOIN_HEADER = "x-promscope-join"
#: One with the shared secret.
ANY_PROBE = Principal("probe", (), "probe")

log = logging.getLogger(__name__)


class ProbeIdentity:
    """`secret` gives the current shared secret, empty where there is none; it is asked for each
    handshake, so a changed file counts at once. Methods block for a moment (the store)."""

    def __init__(self, secret: Callable[[], bytes], probes: Probes, audit: AuditLog) -> None:
        self._secret = secret
        self._probes = probes
        self._audit = audit

    def check(self, request: Request) -> Principal:
        """Who it is. Raises Refused."""
        refuse_credentials_in_query(request)
        if request.header("origin") is not None:
            raise Refused(403, "browser", "A tunnel is opened by a probe, not by a browser.")
        scheme, _, given = (request.header("authorization") or "").partition(" ")
        given = given.strip()
        if scheme.lower() == "bearer" and CREDENTIAL.fullmatch(given):
            return self._own(given, request)
        secret = self._secret()
        if not secret:
            raise Refused(
                403,
                "tunnels-off",
                "Only invited probes are let in: `promscope probes invite` makes a token for"
                " --api.join-token-file, or start the API with --tunnel.secret-file.",
            )
        if scheme.lower() != "bearer" or not given:
            raise Refused(401, "no-secret", "A tunnel needs Authorization: Bearer with its secret.")
        # Digests of equal length, so that the comparison tells nothing of the secret's length.
        digests = [hashlib.sha256(one).digest() for one in (given.encode(), secret)]
        if not hmac.compare_digest(*digests):
            raise Refused(
                403, "wrong-secret", "The tunnel secret is not this API's (--api.secret-file)."
            )
        return ANY_PROBE

    def speaks_for(self, principal: Principal, host_id: str) -> bool:
        """Whether it may say that it is on this host. Raises StoreUnavailable."""
        return not principal.token or self._probes.is_of(principal.token, host_id)

    def _own(self, credential: str, request: Request) -> Principal:
        def joined(probe: JoinedProbe) -> None:
            details = {"for_probe": probe.id, "probe_name": probe.name}
            self._audit.append(
                Event(
                    "probe-join",
                    "success",
                    principal=_principal(probe),
                    request=request,
                    details=details,
                )
            )

        try:
            probe = self._probes.admit(credential, request.header(JOIN_HEADER) or "", joined)
        except (StoreUnavailable, AuditUnavailable) as error:
            log.error("%s", error)
            raise Refused(503, "store-unavailable", "No probe can be let in just now.") from error
        if probe is None:
            raise Refused(
                403,
                "unknown-probe",
                "This probe is not known, or was revoked: `promscope probes invite` makes a token"
                " for its --api.join-token-file.",
            )
        return _principal(probe)


def _principal(probe: JoinedProbe) -> Principal:
    return Principal(f"probe:{probe.name}", (), "probe", token=probe.id)
