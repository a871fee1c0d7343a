"""The settings of this package and of the tunnel, for the API's list of options."""

from __future__ import annotations

from urllib.parse import urlsplit

from promscope_wire.options import Option, boolean


def _url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname or url.username is not None:
        raise ValueError("write an http:// or https:// URL without a user name")
    return text


OPTIONS = (
    Option(
        "auth.local-viewer",
        False,
        "let anyone on this machine watch without signing in (loopback peer and Host, no proxy)",
        parse=boolean,
    ),
    Option(
        "tunnel.secret-file",
        "",
        "file with the secret probes open their tunnel with (mode 0600); without it, no tunnels",
    ),
    Option(
        "web.external-url",
        (),
        "URL under which users reach this API through a proxy or by a name of its own",
        parse=_url,
        repeated=True,
    ),
)
