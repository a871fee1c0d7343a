"""Audit records to a syslog server: RFC 5424 messages over TLS, framed as RFC 5425 says.

Syslog knows no receipt. One connection per batch is ended from this side, and the server's
close_notify (RFC 5425 section 4.4), which comes after all that it has read, is waited for.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import Any

import msgspec

from promscope_api.audit.forwarder import SinkFailed
from promscope_wire.client_tls import ClientTls, UnusableTls
from promscope_wire.web.address import Address

_TIMEOUT_SECONDS = 10.0
#: Facility 13 (log audit); severity 4 (warning) for what failed, else 5 (notice).
_FACILITY, _WARNING, _NOTICE = 13, 4, 5
_MAX_MESSAGE_ID = 32


class Syslog:
    """`address` is that of a syslog server with TLS (port 6514 by RFC 5425)."""

    name = "syslog"

    def __init__(self, address: Address, tls: ClientTls) -> None:
        self._address = address
        self._tls = tls
        self._host = socket.gethostname()[:255] or "-"

    def send(self, records: Sequence[bytes]) -> None:
        """Raises SinkFailed."""
        content = b"".join(_framed(message(record, self._host)) for record in records)
        where = (self._address.host, self._address.port)
        try:
            context = self._tls.context()
            with (
                socket.create_connection(where, timeout=_TIMEOUT_SECONDS) as plain,
                context.wrap_socket(plain, server_hostname=self._address.host) as secured,
            ):
                secured.sendall(content)
                secured.unwrap().close()
        except UnusableTls as error:
            raise SinkFailed(str(error)) from error
        except OSError as error:
            why = f"{self._address}: {error}; see --audit.syslog-address"
            raise SinkFailed(why) from error


def message(record: bytes, host: str) -> bytes:
    """The RFC 5424 message of a record: its JSON is the text, its action the message id. A line
    that is no record any more is passed on as it is."""
    try:
        fields: dict[str, Any] = msgspec.json.decode(record, type=dict[str, Any])
    except msgspec.DecodeError:
        fields = {}
    severity = _WARNING if fields.get("event.outcome") != "success" else _NOTICE
    head = (
        f"<{_FACILITY * 8 + severity}>1 {fields.get('@timestamp', '-')} {host} promscope-api"
        f" {os.getpid()} {str(fields.get('event.action', '-'))[:_MAX_MESSAGE_ID]} - "
    )
    return head.encode("ascii", "replace") + record


def _framed(text: bytes) -> bytes:
    return b"%d %b" % (len(text), text)
