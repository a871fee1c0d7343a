"""Audit records to an HTTP endpoint, signed as Standard Webhooks 1.0 says.

A POST has JSON lines; `webhook-id` is the same for the same records, so that one that comes twice
can be dropped. Signed is `id.timestamp.body` with HMAC-SHA256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Sequence

import requests

from promscope_api.audit.forwarder import SinkFailed
from promscope_wire.client_tls import ClientTls
from promscope_wire.secretfile import UnusableSecret, read_secret

CONTENT_TYPE = "application/x-ndjson"
_TIMEOUT = (3.05, 10.0)


class Webhook:
    """`url` gets them; the secret is read anew for each request, so a changed file counts."""

    name = "webhook"

    def __init__(
        self, url: str, secret_file: str, tls: ClientTls, now: Callable[[], float] = time.time
    ) -> None:
        self._url = url
        self._secret_file = secret_file
        self._tls = tls
        self._now = now

    def send(self, records: Sequence[bytes]) -> None:
        """Any answer of 2xx is a receipt. Raises SinkFailed."""
        body = b"\n".join((*records, b""))
        try:
            headers = signed(body, read_secret(self._secret_file), int(self._now()))
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    self._url,
                    data=body,
                    headers={"Content-Type": CONTENT_TYPE, **headers},
                    timeout=_TIMEOUT,
                    verify=self._tls.ca_file or True,
                    cert=(self._tls.cert_file, self._tls.key_file) if self._tls.cert_file else None,
                    allow_redirects=False,
                    stream=True,
                )
                answer.close()
        except UnusableSecret as error:
            raise SinkFailed(str(error)) from error
        except (requests.RequestException, OSError) as error:
            why = f"it does not answer ({type(error).__name__}); see --audit.webhook-url"
            raise SinkFailed(why) from error
        if not 200 <= answer.status_code < 300:
            raise SinkFailed(f"it answered HTTP {answer.status_code}")


def signed(body: bytes, secret: bytes, moment: int) -> dict[str, str]:
    """The headers of a body that is sent at the Unix time `moment`."""
    identity = f"msg_{hashlib.sha256(body).hexdigest()[:32]}"
    digest = hmac.digest(secret, f"{identity}.{moment}.".encode() + body, "sha256")
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
