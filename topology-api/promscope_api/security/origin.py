"""Where a request claims to come from: Host, Origin, Sec-Fetch-Site and the connection's peer.

A browser adds a cookie (and reaches the loopback address) whichever page asked, so these
headers decide whether it was a page of ours. Sources: RFC 6454, Fetch Metadata (W3C), and the
rules of Go 1.25's CrossOriginProtection.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FORWARDED = ("forwarded", "via", "x-real-ip")

#: Query parameters whose name says that they carry a credential.
_CREDENTIALS = re.compile(
    r"(?:^|&)(?:access_?token|api_?key|apikey|auth|authorization|bearer|code|cookie|id_?token|jwt"
    r"|passw(?:or)?d|promscope_session|secret|session|session_?id|ticket|token)(?:=|&|$)",
    re.IGNORECASE,
)


def is_loopback(host: str) -> bool:
    """Whether a bare host name or address (no port) means this machine only."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


def split_host(value: str | None, scheme: str) -> tuple[str, int] | None:
    """Name (lower-case, no final dot) and port of a Host header; None for anything else."""
    found = _HOST.fullmatch(value or "")
    if not found:
        return None
    port = int(found["port"]) if found["port"] else _DEFAULT_PORTS.get(scheme, 0)
    return found["name"].lower().removesuffix("."), port


def split_origin(value: str) -> tuple[str, tuple[str, int]] | None:
    """Scheme and (name, port) of an Origin header; None for `null` and anything malformed."""
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in _DEFAULT_PORTS:
        return None
    host = split_host(rest, scheme)
    return (scheme, host) if host else None


class Origins:
    """Which Host names mean this API and which Origins are its own pages.

    An address, `localhost` and `names` are always accepted as Host: DNS cannot be rebound to
    them. `external_urls` are the URLs under which users reach the API through a proxy.
    """

    def __init__(self, names: Iterable[str] = (), external_urls: Iterable[str] = ()) -> None:
        urls = [urlsplit(url) for url in external_urls]
        self._external = {
            (url.scheme, (url.hostname, url.port or _DEFAULT_PORTS.get(url.scheme, 0)))
            for url in urls
            if url.hostname
        }
        self._names = {"localhost", *(name.lower() for name in names if name)}
        self._names.update(url.hostname for url in urls if url.hostname)

    def check_host(self, request: Request) -> None:
        """Raises Refused where the Host header is missing, malformed or a foreign name."""
        host = split_host(request.header("host"), request.scheme)
        if host is None:
            raise Refused(403, "bad-host", "The request's Host header is missing or malformed.")
        if host[0] in self._names or _is_address(host[0]):
            return
        raise Refused(
            403,
            "bad-host",
            f"This API does not know itself by the name {host[0][:80]!r}. If it is right, start"
            " it with --web.external-url=https://that-name/ (or your URL).",
        )

    def check_origin(self, request: Request, *, required: bool) -> None:
        """Raises Refused for a present Origin or Sec-Fetch-Site that is not this API's own, and
        for an absent Origin where it is `required`."""
        site = request.header("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            raise Refused(
                403, "cross-site", f"A page of another site asked ({site[:20]}); that is refused."
            )
        origin = request.header("origin")
        if origin is None:
            if required:
                raise Refused(
                    403,
                    "no-origin",
                    "A request with a cookie needs an Origin header that names this API.",
                )
            return
        if not self._matches(origin, request):
            raise Refused(
                403,
                "foreign-origin",
                f"The Origin {origin[:80]!r} is not this API's own. Behind a proxy that changes"
                " the Host header, start the API with --web.external-url.",
            )

    def _matches(self, origin: str, request: Request) -> bool:
        parts = split_origin(origin)
        if parts is None:
            return False
        scheme, host = parts
        if parts in self._external:
            return True
        # A proxy that ends TLS talks plain HTTP to us: with no port in Host, the port follows
        # from the scheme the browser saw, which is the Origin's.
        return host == split_host(request.header("host"), scheme)


def refuse_credentials_in_query(request: Request) -> None:
    """Raises Refused: a URL is kept in logs, histories and Referer headers."""
    if _CREDENTIALS.search(request.query):
        raise Refused(
            400,
            "credential-in-url",
            "Credentials are not accepted in a URL, where logs and histories would keep them.",
        )


def is_local(request: Request) -> bool:
    """Whether a user of this machine asks directly: loopback peer, loopback Host, no proxy."""
    host = split_host(request.header("host"), request.scheme)
    forwarded = any(
        name in _FORWARDED or name.startswith("x-forwarded") for name in request.headers
    )
    return not forwarded and host is not None and is_loopback(host[0]) and is_loopback(request.peer)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
