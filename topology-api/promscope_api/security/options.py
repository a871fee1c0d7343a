"""The settings of this package and of the tunnel, for the API's list of options."""

from __future__ import annotations

from urllib.parse import urlsplit

from promscope_api.security.oidc import OidcSettings
from promscope_wire.options import InvalidOption, Option, Resolved, boolean


def url(text: str) -> str:
    """The text, if it is an HTTP URL without credentials. Raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError("write an http:// or https:// URL without a user name")
    return text


def _issuer(text: str) -> str:
    return url(text) if text else text


def _role(text: str) -> str:
    value, equals, role = text.rpartition("=")
    if not equals or not value or not role:
        raise ValueError("write VALUE=ROLE")
    return text


OPTIONS = (
    Option("auth.policy-file", "", "YAML file with roles of your own"),
    Option(
        "auth.grafana-ca-file",
        "",
        "authorities to trust for Grafana's signing keys, instead of the well-known ones",
    ),
    Option(
        "auth.oidc-issuer",
        "",
        "issuer URL of an OpenID Connect provider that signs users in; needs a client id and"
        " --web.external-url",
        parse=_issuer,
    ),
    Option("auth.oidc-client-id", "", "this API's client id at that provider"),
    Option(
        "auth.oidc-client-secret-file",
        "",
        "file with the client's secret (mode 0600); without it, a public client with PKCE",
    ),
    Option(
        "auth.oidc-ca-file",
        "",
        "authorities to trust for the provider, instead of the well-known ones",
    ),
    Option(
        "auth.oidc-name-claim",
        "preferred_username",
        "claim with the user's name, which the provider must keep unique",
    ),
    Option("auth.oidc-role-claim", "groups", "claim with the values that give roles"),
    Option(
        "auth.oidc-role",
        (),
        "VALUE=ROLE: who has this value in the role claim has this role; nobody else has any",
        parse=_role,
        repeated=True,
    ),
    Option(
        "auth.local-viewer",
        False,
        "let anyone on this machine watch without signing in (loopback peer and Host, no proxy)",
        parse=boolean,
    ),
    Option(
        "tunnel.secret-file",
        "",
        "file with a secret that all probes share to open their tunnels (mode 0600); without it,"
        " only invited ones do",
    ),
    Option(
        "web.external-url",
        (),
        "URL under which users reach this API through a proxy or by a name of its own",
        parse=url,
        repeated=True,
    ),
)


def oidc_settings(resolved: Resolved) -> OidcSettings | None:
    """The identity provider; None: there is none. Raises InvalidOption where a part is missing."""
    if not resolved["auth.oidc-issuer"]:
        return None
    needed = ("auth.oidc-client-id", "web.external-url", "auth.oidc-role")
    missing = [f"--{name}" for name in needed if not resolved[name]]
    if missing:
        raise InvalidOption(f"--auth.oidc-issuer needs {' and '.join(missing)} too")
    pairs = (text.rpartition("=") for text in resolved["auth.oidc-role"])
    return OidcSettings(
        issuer=resolved["auth.oidc-issuer"],
        client_id=resolved["auth.oidc-client-id"],
        external_url=resolved["web.external-url"][0],
        roles={value: role for value, _, role in pairs},
        client_secret_file=resolved["auth.oidc-client-secret-file"],
        ca_file=resolved["auth.oidc-ca-file"],
        name_claim=resolved["auth.oidc-name-claim"],
        role_claim=resolved["auth.oidc-role-claim"],
    )
