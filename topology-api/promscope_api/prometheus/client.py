"""HTTP client of one Prometheus-compatible backend: POST, keep-alive, limits on time and size."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from promscope_api.prometheus.answer import BadAnswer

#: Queries that run at the same time; the backend's own default concurrency is 20.
CONNECTIONS = 4
MAX_ANSWER_BYTES = 128 * 1024 * 1024
_CONNECT_SECONDS = 3.0
_CHUNK_BYTES = 256 * 1024


class Unreachable(BadAnswer):
    """No connection, a timeout, or an HTTP error; the message names the address and the cause."""


class Client:
    """Asks `base_url` (its `/api/v1/…`). Thread-safe; `close` ends its connections.

    Follows no redirects and takes no proxy, netrc or other word from the environment: the
    configured address is the only one this ever talks to.
    """

    def __init__(
        self,
        base_url: str,
        timeout: float,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        parameters: Mapping[str, str] = MappingProxyType({}),
        bearer_token_file: str = "",
        ca_file: str = "",
        certificate: tuple[str, str] | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._parameters = parameters
        self._token_file = bearer_token_file
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update(headers)
        self._session.verify = ca_file or True
        self._session.cert = certificate
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS, pool_block=False))

    def query(self, promql: str, at: float | None = None) -> bytes:
        """The JSON of an instant query. Raises Unreachable, BadAnswer."""
        form = {"query": promql}
        if at is not None:
            form["time"] = f"{at:.3f}"
        return self._post("query", form)

    def query_range(self, promql: str, start: float, end: float, step: float) -> bytes:
        """The JSON of a range query. Raises Unreachable, BadAnswer."""
        form = {"query": promql, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:g}"}
        return self._post("query_range", form)

    def close(self) -> None:
        self._session.close()

    def _post(self, path: str, form: dict[str, Any]) -> bytes:
        # Prometheus takes no fractions in front of a unit.
        form = {**self._parameters, **form, "timeout": f"{round(self._timeout * 1000)}ms"}
        # VictoriaMetrics looks 30 s into the past unless told; others ignore what they do not know.
        form["latency_offset"] = "1ms"
        deadline = time.monotonic() + self._timeout + 1
        try:
            with self._session.post(
                f"{self.base_url}/api/v1/{path}",
                data=form,
                headers=self._authorization(),
                timeout=(_CONNECT_SECONDS, self._timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = self._read(response, deadline)
        except requests.RequestException as error:
            raise Unreachable(
                f"no answer from Prometheus at {self.base_url}: {_cause(error)}"
            ) from error
        # Prometheus answers a refused query with 400, 422 or 503 and a JSON body that says why.
        if response.status_code != 200 and not body.startswith(b"{"):
            raise Unreachable(
                f"{self.base_url} answered HTTP {response.status_code}; is --prometheus.url right?"
            )
        return body

    def _authorization(self) -> dict[str, str]:
        if not self._token_file:
            return {}
        try:
            return {"Authorization": f"Bearer {Path(self._token_file).read_text().strip()}"}
        except (OSError, UnicodeDecodeError) as error:
            raise Unreachable(
                f"the token for {self.base_url} cannot be read: {self._token_file}: {error}"
            ) from error

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_CHUNK_BYTES):
            parts.append(part)
            size += len(part)
            if size > MAX_ANSWER_BYTES:
                raise BadAnswer(f"an answer of {self.base_url} is over {MAX_ANSWER_BYTES} bytes")
            if time.monotonic() > deadline:
                raise Unreachable(f"{self.base_url} was still sending after {self._timeout:g} s")
        return b"".join(parts)


def _cause(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it took too long"
    if isinstance(error, requests.ConnectionError):
        return "the connection was refused or broke; is it running?"
    return str(error)[:200]
