"""Small JSON documents from an identity provider: verified TLS, no redirects, bounded."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import requests

MAX_BYTES = 1024 * 1024
_TIMEOUT = (3.05, 5.0)
_TOTAL_SECONDS = 10.0


class NoAnswer(Exception):
    """The provider did not answer as it should; the text names the address and the cause."""


class Outgoing:
    """Thread-safe. Takes no proxy, netrc or other word from the environment; `ca_file`: whom to
    trust instead of the well-known authorities (certifi)."""

    def __init__(self, ca_file: str = "") -> None:
        self._verify: str | bool = ca_file or True

    def json(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        bearer: str = "",
    ) -> dict[str, Any]:
        """The JSON object at `url` (POST with a `form`, else GET). Raises NoAnswer."""
        headers = {"Accept": "application/json"}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        deadline = time.monotonic() + _TOTAL_SECONDS
        try:
            with requests.Session() as session:
                session.trust_env = False
                with session.request(
                    "GET" if form is None else "POST",
                    url,
                    data=form,
                    auth=auth,
                    headers=headers,
                    timeout=_TIMEOUT,
                    verify=self._verify,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    body = bytearray()
                    for chunk in response.iter_content(16 * 1024):
                        body += chunk
                        if len(body) > MAX_BYTES or time.monotonic() > deadline:
                            raise NoAnswer(f"{url} sends too much or too slowly")
                    status = response.status_code
            found = json.loads(body)
        except (requests.RequestException, OSError) as error:
            raise NoAnswer(f"{url} does not answer: {type(error).__name__}") from error
        except (ValueError, RecursionError) as error:
            raise NoAnswer(f"{url} answered HTTP {status}, not JSON") from error
        if status != 200 or not isinstance(found, dict):
            raise NoAnswer(f"{url} answered HTTP {status}")
        return found
