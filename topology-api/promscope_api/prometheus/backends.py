"""`--prometheus.config.file`: which Prometheus-compatible backends are asked, and how.

One Prometheus, several that share the hosts between them, or Thanos, Mimir and VictoriaMetrics with
the headers and parameters they want. The file also bounds what this API may see at all: its
`matchers` are part of every query, and nothing a request says takes them away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec
import yaml

from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.client import Client
from promscope_api.prometheus.existing import NONE, Existing
from promscope_api.prometheus.matchers import Matcher, equal

MAX_FILE_BYTES = 256 * 1024


class UnusableBackends(Exception):
    """The file cannot be used; the message says where it is wrong and the remedy."""


class Backend(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One backend. `headers` go with every request (Mimir: X-Scope-OrgID), as do `parameters`
    (Thanos: dedup=true); `bearer_token_file` holds a token, read anew for every request;
    `ca_file` verifies its certificate, `cert_file` and `key_file` are ours.
    """

    url: str
    headers: dict[str, str] = {}
    parameters: dict[str, str] = {}
    bearer_token_file: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


class Backends(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the file says."""

    backends: tuple[Backend, ...]
    matchers: dict[str, str] = {}
    metrics: Existing = NONE

    def bounds(self) -> tuple[Matcher, ...]:
        """The matchers that every query has."""
        return tuple(equal(label, value) for label, value in sorted(self.matchers.items()))


class Source(Protocol):
    """What answers PromQL: a Client, or several as one."""

    def query(self, promql: str, at: float | None = None) -> bytes: ...
    def query_range(self, promql: str, start: float, end: float, step: float) -> bytes: ...
    def close(self) -> None: ...


def backend(text: str) -> str:
    """An http(s) URL without credentials, query or fragment. Raises ValueError."""
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("write a URL such as http://127.0.0.1:9090")
    if url.username is not None or url.query or url.fragment:
        raise ValueError("credentials, a query or a fragment do not belong in this URL")
    return text.rstrip("/")


def load(path: Path) -> Backends:
    """The file's backends. Raises UnusableBackends."""
    try:
        text = path.read_text()[: MAX_FILE_BYTES + 1]
        if len(text) > MAX_FILE_BYTES:
            raise ValueError(f"it is over {MAX_FILE_BYTES} bytes")
        found = msgspec.convert(yaml.safe_load(text), Backends)
        if not found.backends:
            raise ValueError("it names no backend")
        for one in found.backends:
            _check(one)
        found.bounds()
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise UnusableBackends(f"{path}: {error}; docs/backends.md shows the form") from error
    return found


def _check(one: Backend) -> None:
    backend(one.url)
    for name, value in one.headers.items():
        if not name.isascii() or any(c in name + value for c in "\r\n\0") or not name.strip():
            raise ValueError(f"not a header: {name[:80]!r}")
    reserved = one.parameters.keys() & {"query", "time", "start", "end", "step"}
    if reserved:
        raise ValueError(f"parameters cannot hold {', '.join(sorted(reserved))}")
    for name in ("bearer_token_file", "ca_file", "cert_file", "key_file"):
        file = getattr(one, name)
        if file and not Path(file).is_file():
            raise ValueError(f"{name} {file} is not a file")
    if bool(one.cert_file) != bool(one.key_file):
        raise ValueError("cert_file and key_file belong together")


def open_source(chosen: Backends, timeout: float) -> Source:
    """What to ask."""
    clients = [
        Client(
            one.url,
            timeout,
            headers=one.headers,
            parameters=one.parameters,
            bearer_token_file=one.bearer_token_file,
            ca_file=one.ca_file,
            certificate=(one.cert_file, one.key_file) if one.cert_file else None,
        )
        for one in chosen.backends
    ]
    return clients[0] if len(clients) == 1 else Federation(clients)


class _Data(msgspec.Struct):
    result: list[msgspec.Raw]
    resultType: str = ""  # noqa: N815 - as Prometheus spells it


class _Answer(msgspec.Struct):
    status: str
    data: _Data | None = None


_decoder = msgspec.json.Decoder(_Answer)
_encode = msgspec.json.Encoder().encode


class Federation:
    """Several backends asked as one: their series one after the other. Every query aggregates by
    identity, so a series that two of them have counts once where answers are read.

    One that fails fails the question: half a map would look like a fleet that shrank.
    """

    def __init__(self, clients: Sequence[Source]) -> None:
        self._clients = clients

    def query(self, promql: str, at: float | None = None) -> bytes:
        """As `Client.query`."""
        return _joined([client.query(promql, at) for client in self._clients])

    def query_range(self, promql: str, start: float, end: float, step: float) -> bytes:
        """As `Client.query_range`."""
        return _joined([c.query_range(promql, start, end, step) for c in self._clients])

    def close(self) -> None:
        for client in self._clients:
            client.close()


def _joined(bodies: Sequence[bytes]) -> bytes:
    kept: list[msgspec.Raw] = []
    kind = ""
    for body in bodies:
        try:
            answer = _decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadAnswer(f"the answer is not Prometheus' JSON ({error})") from error
        if answer.status != "success" or answer.data is None:
            return body
        kept += answer.data.result
        kind = answer.data.resultType
    joined: Mapping[str, Any] = {"resultType": kind, "result": kept}
    return _encode({"status": "success", "data": joined})
