"""The settings of the audit log, for the API's list of options, and the sinks they name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from promscope_api.audit.forwarder import Forwarder, Sink
from promscope_api.audit.outbox import Outbox
from promscope_api.audit.syslog import Syslog
from promscope_api.audit.webhook import Webhook
from promscope_wire.client_tls import ClientTls
from promscope_wire.options import InvalidOption, Option, Resolved, boolean
from promscope_wire.web.address import Address, address

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _url(text: str) -> str:
    parts = urlsplit(text)
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if text and (not (parts.scheme == "https" or plain) or not parts.hostname or parts.username):
        raise ValueError("write an https:// URL without a user name (http:// on this machine only)")
    return text


def _address(text: str) -> str:
    if text and not address(text).host:
        raise ValueError("write host:port; syslog over TLS has port 6514")
    return text


OPTIONS = (
    Option(
        "audit.fail-open",
        False,
        "do what is asked for although it cannot be recorded, and write the record into this"
        " program's log instead",
        parse=boolean,
    ),
    Option(
        "audit.webhook-url",
        "",
        "URL that gets every audit record, signed; needs a secret file",
        parse=_url,
    ),
    Option("audit.webhook-secret-file", "", "file with the secret that signs them (mode 0600)"),
    Option(
        "audit.syslog-address",
        "",
        "host:port of a syslog server that gets every audit record over TLS",
        parse=_address,
    ),
    Option(
        "audit.ca-file",
        "",
        "authorities to trust for webhook and syslog server, instead of the well-known ones",
    ),
    Option("audit.cert-file", "", "certificate to show to them; needs its key"),
    Option("audit.key-file", "", "key of that certificate (mode 0600)"),
)


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """From the options above."""

    fail_open: bool = False
    webhook_url: str = ""
    webhook_secret_file: str = ""
    syslog: Address | None = None
    tls: ClientTls = field(default_factory=ClientTls)

    def forwarders(self, directory: Path) -> list[Forwarder]:
        """One for each sink there is, not yet started."""
        sinks: list[Sink] = []
        if self.webhook_url:
            sinks.append(Webhook(self.webhook_url, self.webhook_secret_file, self.tls))
        if self.syslog:
            sinks.append(Syslog(self.syslog, self.tls))
        return [Forwarder(Outbox(directory, sink.name), sink) for sink in sinks]


def audit_settings(resolved: Resolved) -> AuditSettings:
    """Raises InvalidOption where a part is missing."""
    if resolved["audit.webhook-url"] and not resolved["audit.webhook-secret-file"]:
        raise InvalidOption("--audit.webhook-url needs --audit.webhook-secret-file too")
    if bool(resolved["audit.cert-file"]) != bool(resolved["audit.key-file"]):
        raise InvalidOption("--audit.cert-file and --audit.key-file need each other")
    syslog = resolved["audit.syslog-address"]
    return AuditSettings(
        resolved["audit.fail-open"],
        resolved["audit.webhook-url"],
        resolved["audit.webhook-secret-file"],
        address(syslog) if syslog else None,
        ClientTls(*(resolved[f"audit.{name}-file"] for name in ("ca", "cert", "key"))),
    )
