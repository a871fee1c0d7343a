"""web-config.yml: reading and checking it.

The format of the Prometheus exporter-toolkit (docs/web-configuration.md there); what
`promtool check web-config` refuses is refused here too. Unknown keys are errors, an empty file
changes nothing, paths are relative to the folder of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml

from promscope_wire.duration import duration

#: Headers that may be set, and the values that each may have (empty: any).
HEADERS: Mapping[str, tuple[str, ...]] = {
    "Strict-Transport-Security": (),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("deny", "sameorigin"),
    "X-XSS-Protection": (),
    "Content-Security-Policy": (),
}
_BCRYPT = re.compile(r"\$2[abxy]\$(?:0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}", re.ASCII)


class InvalidWebConfig(Exception):
    """The file cannot be used; the message names it, the setting and the remedy."""


class Tls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`tls_server_config` as it is written."""

    cert: str = ""
    cert_file: str = ""
    key: str = ""
    key_file: str = ""
    client_auth_type: str = ""
    client_ca: str = ""
    client_ca_file: str = ""
    client_allowed_sans: tuple[str, ...] = ()
    min_version: str = "TLS12"
    max_version: str = "TLS13"
    cipher_suites: tuple[str, ...] = ()
    curve_preferences: tuple[str, ...] = ()
    prefer_server_cipher_suites: bool = True


class Http(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`http_server_config`. `http2` makes no difference: HTTP/1.1 is spoken."""

    http2: bool = False
    headers: dict[str, str] = {}


class RateLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rate_limit`: one request per `interval`, `burst` of them at once."""

    interval: str = ""
    burst: int = 0


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tls_server_config: Tls | None = None
    http_server_config: Http | None = None
    basic_auth_users: dict[str, str] | None = None
    rate_limit: RateLimit | None = None


@dataclass(frozen=True, slots=True)
class WebConfig:
    """The checked file. `folder` is what its paths are relative to; `tls` None: plain HTTP;
    `users`: name → bcrypt hash; `interval` in seconds, 0: no limit."""

    folder: Path = Path()
    tls: Tls | None = None
    http2: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    interval: float = 0.0
    burst: int = 0


def load(path: Path) -> WebConfig:
    """Read and check the file. Raises InvalidWebConfig."""
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        document = msgspec.convert({} if content is None else content, _Document)
        http = document.http_server_config or Http()
        limit = document.rate_limit or RateLimit()
        _check_headers(http.headers)
        _check_users(document.basic_auth_users or {})
        return WebConfig(
            path.parent,
            None if document.tls_server_config == Tls() else document.tls_server_config,
            http.http2,
            http.headers,
            document.basic_auth_users or {},
            duration(limit.interval) if limit.interval else 0.0,
            limit.burst,
        )
    except OSError as error:
        why = error.strerror or str(error)
        raise InvalidWebConfig(f"{path} cannot be read: {why} (--web.config.file)") from error
    except (yaml.YAMLError, msgspec.ValidationError, ValueError) as error:
        text = " ".join(str(error).split())
        raise InvalidWebConfig(f"{path}: {text}; promtool check web-config tells more") from error


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if name not in HEADERS:
            raise ValueError(
                f"the header {name!r} cannot be set; those that can: {', '.join(HEADERS)}"
            )
        if HEADERS[name] and value not in HEADERS[name]:
            raise ValueError(f"{name} is {' or '.join(HEADERS[name])}, not {value!r}")
        if not value.isprintable() or not value.isascii():
            raise ValueError(f"the value of {name} is not one line of ASCII")


def _check_users(users: Mapping[str, str]) -> None:
    for name, digest in users.items():
        if not _BCRYPT.fullmatch(digest):
            raise ValueError(
                f"the password of {name!r} in basic_auth_users is no bcrypt hash;"
                " `htpasswd -nBC 10 ''` makes one"
            )
