"""What the checks look at, whatever brought the request: Flask's environ or an ASGI scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal

Scope = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are lower-case; a header that came twice has its values joined
    by commas, so that a doubled Host or Origin matches nothing. `peer` is the address of the
    other end of the connection, never a forwarded one; empty where there is none.
    """

    transport: Literal["http", "websocket"]
    method: str
    scheme: str
    path: str
    query: str
    headers: Mapping[str, str]
    peer: str

    def header(self, name: str) -> str | None:
        return self.headers.get(name)

    @property
    def user_agent(self) -> str:
        return self.headers.get("user-agent", "")

    def cookie(self, name: str) -> str | None:
        """The value of a cookie as it was sent, the last one of its name; None if absent. What
        another page on this machine has set beside it does not matter, well-formed or not.
        """
        pairs = (one.partition("=") for one in self.headers.get("cookie", "").split(";"))
        return {key.strip(): value.strip() for key, equals, value in pairs if equals}.get(name)


def from_asgi(scope: Scope) -> Request:
    """From the scope of an `http` or `websocket` connection (ASGI 3)."""
    client = scope.get("client")
    scheme = str(scope.get("scheme", "http"))
    return Request(
        transport="websocket" if scope["type"] == "websocket" else "http",
        method=str(scope.get("method", "GET")),
        scheme={"ws": "http", "wss": "https"}.get(scheme, scheme),
        path=str(scope["path"]),
        query=bytes(scope.get("query_string", b"")).decode("latin-1"),
        headers=_join(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        ),
        peer=str(client[0]) if client else "",
    )


def from_wsgi(environ: Mapping[str, Any]) -> Request:
    """From a WSGI environ (PEP 3333)."""
    pairs = [
        (key[5:].replace("_", "-"), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_")
    ]
    if environ.get("CONTENT_TYPE"):
        pairs.append(("content-type", str(environ["CONTENT_TYPE"])))
    if environ.get("CONTENT_LENGTH"):
        pairs.append(("content-length", str(environ["CONTENT_LENGTH"])))
    return Request(
        transport="http",
        method=str(environ.get("REQUEST_METHOD", "GET")),
        scheme=str(environ.get("wsgi.url_scheme", "http")),
        path=str(environ.get("PATH_INFO", "")),
        query=str(environ.get("QUERY_STRING", "")),
        headers=_join(pairs),
        peer=str(environ.get("REMOTE_ADDR", "") or ""),
    )


def _join(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw, value in pairs:
        name = raw.lower()
        separator = "; " if name == "cookie" else ","
        headers[name] = f"{headers[name]}{separator}{value}" if name in headers else value
    return headers
