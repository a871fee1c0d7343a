"""Signing in at an identity provider: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636).

Nothing is kept here between the two steps: state, nonce and verifier are made from one random
secret in a cookie, so any replica can finish what another began.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from promscope_api.security.grant import Grant
from promscope_api.security.outgoing import NoAnswer, Outgoing
from promscope_api.security.refusal import Refused
from promscope_api.security.signed import Keys, NotSigned, claims
from promscope_wire.secretfile import read_secret

CALLBACK_PATH = "/api/v1/session/oidc/callback"
#: How long a user may take at the provider.
COOKIE_SECONDS = 600
_DISCOVERY_SECONDS = 3600.0
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """From the options `auth.oidc-*`. `roles`: a value of the role claim → a role of ours."""

    issuer: str
    client_id: str
    external_url: str
    roles: Mapping[str, str]
    client_secret_file: str = ""
    ca_file: str = ""
    name_claim: str = "preferred_username"
    role_claim: str = "groups"


class Oidc:
    """Thread-safe. Both steps raise Refused, in words for the user."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._outgoing = Outgoing(settings.ca_file)
        self._redirect = settings.external_url.rstrip("/") + CALLBACK_PATH
        self._mutex = threading.Lock()
        self._discovered: tuple[float, dict[str, Any], Keys] | None = None

    @property
    def over_tls(self) -> bool:
        """Whether users reach this API over TLS."""
        return self._settings.external_url.startswith("https://")

    def begin(self) -> tuple[str, str]:
        """Where to send the browser, and the cookie it must bring back."""
        secret = secrets.token_urlsafe(32)
        provider, _ = self._provider()
        challenge = hashlib.sha256(_derive(secret, "verifier").encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._redirect,
            "scope": "openid profile",
            "state": _derive(secret, "state"),
            "nonce": _derive(secret, "nonce"),
            "code_challenge": _base64(challenge),
            "code_challenge_method": "S256",
        }
        url = provider["authorization_endpoint"]
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}", secret

    def finish(self, secret: str, answer: Mapping[str, str]) -> Grant:
        """Whom the provider's answer (the query of the callback) signs in."""
        if not secret or not hmac.compare_digest(
            _derive(secret, "state").encode(), answer.get("state", "").encode()
        ):
            raise Refused(
                401,
                "wrong-state",
                "This sign-in was not begun in this browser, or too long ago: begin again.",
            )
        if "code" not in answer:
            said = answer.get("error_description") or answer.get("error") or "nothing"
            raise Refused(401, "provider-refused", f"The identity provider said: {said[:200]}.")
        provider, keys = self._provider()
        try:
            tokens = self._redeem(provider, answer["code"], _derive(secret, "verifier"))
            found = claims(
                str(tokens.get("id_token", "")),
                keys,
                issuer=self._settings.issuer,
                audience=self._settings.client_id,
            )
            if not hmac.compare_digest(str(found.get("nonce", "")), _derive(secret, "nonce")):
                raise NotSigned("the nonce is another sign-in's")
            if found.get("azp", self._settings.client_id) != self._settings.client_id:
                raise NotSigned("it was made for another client")
            found = self._completed(provider, tokens, found)
        except NotSigned as error:
            raise Refused(
                401, "bad-identity", f"The identity provider's word cannot be trusted: {error}."
            ) from error
        except NoAnswer as error:
            raise _no_provider(error) from error
        return self._grant(found)

    def _redeem(self, provider: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": verifier,
            "client_id": self._settings.client_id,
        }
        auth = None
        if self._settings.client_secret_file:
            secret = read_secret(self._settings.client_secret_file).decode()
            auth = (self._settings.client_id, secret)
        return self._outgoing.json(provider["token_endpoint"], form=form, auth=auth)

    def _completed(
        self, provider: Mapping[str, Any], tokens: Mapping[str, Any], found: dict[str, Any]
    ) -> dict[str, Any]:
        """With what only the userinfo endpoint tells (OpenID Connect Core, 5.3)."""
        wanted = {self._settings.name_claim, self._settings.role_claim}
        url, access = provider.get("userinfo_endpoint"), tokens.get("access_token")
        if wanted <= found.keys() or not url or not access:
            return found
        more = self._outgoing.json(str(url), bearer=str(access))
        if more.get("sub") != found["sub"]:
            raise NotSigned("userinfo speaks of another user")
        return {**more, **found}

    def _grant(self, found: Mapping[str, Any]) -> Grant:
        name = found.get(self._settings.name_claim)
        if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 100:
            raise Refused(
                403, "no-name", f"The identity provider tells no {self._settings.name_claim}."
            )
        given = found.get(self._settings.role_claim, [])
        values = given if isinstance(given, list) else [given]
        roles = [role for value, role in self._settings.roles.items() if value in values]
        if not roles:
            raise Refused(
                403,
                "no-role",
                f"{name} has no role here: none of its {self._settings.role_claim} is named by"
                " --auth.oidc-role.",
            )
        # A local user of the same name is somebody else.
        return Grant(f"oidc:{name}", tuple(dict.fromkeys(roles)))

    def _provider(self) -> tuple[dict[str, Any], Keys]:
        """What the provider publishes of itself (OpenID Connect Discovery 1.0), and its keys."""
        with self._mutex:
            if self._discovered and time.monotonic() - self._discovered[0] < _DISCOVERY_SECONDS:
                return self._discovered[1:]
            issuer = self._settings.issuer
            try:
                document = self._outgoing.json(
                    issuer.rstrip("/") + "/.well-known/openid-configuration"
                )
                if document.get("issuer") != issuer:
                    raise NoAnswer(f"{issuer} says it is {str(document.get('issuer'))[:100]!r}")
                for name in _ENDPOINTS:
                    self._check_endpoint(name, document.get(name))
            except NoAnswer as error:
                raise _no_provider(error) from error
            keys = Keys(document["jwks_uri"], self._outgoing)
            self._discovered = time.monotonic(), document, keys
            return document, keys

    def _check_endpoint(self, name: str, url: object) -> None:
        """An issuer of https has no endpoint without TLS."""
        good = ("https://",) if self._settings.issuer.startswith("https://") else ("http",)
        if not isinstance(url, str) or not url.startswith(good):
            raise NoAnswer(f"{self._settings.issuer} names no usable {name}")


def _no_provider(error: NoAnswer) -> Refused:
    return Refused(502, "no-provider", f"{error}.", title="The identity provider does not answer")


def _derive(secret: str, what: str) -> str:
    return _base64(hmac.digest(secret.encode(), what.encode(), "sha256"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
