"""What stands before every request of a listener: web-config.yml, read again when it changes."""

from __future__ import annotations

import hashlib
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promscope_wire.web import tls
from promscope_wire.web.bucket import Bucket
from promscope_wire.web.config import InvalidWebConfig, Tls, WebConfig, load
from promscope_wire.web.passwords import Passwords

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered, and with which status and further headers."""

    status: int
    message: str
    headers: Mapping[str, str]


class Gate:
    """Made from `--web.config.file`; "" lets everything through, in plain HTTP.

    As with the exporter-toolkit, users, headers and certificates follow the file and its
    certificate files while running; whether there is TLS, and the rate limit, do not. A file
    that cannot be used any more answers every request with 500: it opens nothing. For use on
    one event loop. Raises InvalidWebConfig when the file cannot be used to begin with.
    """

    def __init__(self, path: str = "") -> None:
        self._path = Path(path) if path else None
        self._watched: tuple[Path, ...] = () if self._path is None else (self._path,)
        self._seen = self._states()
        self._config = WebConfig()
        self._problem = ""
        self._context: ssl.SSLContext | None = None
        self._passwords = Passwords()
        if self._path is not None:
            self._read(self._path)
            if self._config.http2:
                log.info("http2 in %s is ignored: this program speaks HTTP/1.1", path)
        self._limit = Bucket(self._config.interval, self._config.burst)
        #: For the listener; None: plain HTTP.
        self.tls = None if self._context is None else _Fresh(self)

    @property
    def headers(self) -> Mapping[str, str]:
        """To be sent with every answer, refusals included."""
        return self._config.headers

    async def admit(self, authorization: str = "") -> Refusal | None:
        """Whether a request with this Authorization header may pass."""
        self._follow()
        if self._problem:
            return Refusal(500, "the web configuration cannot be used; see the log", {})
        if not self._limit.take():
            return Refusal(429, "too many requests (rate_limit)", {"Retry-After": "1"})
        users = self._config.users
        if users and not await self._passwords.right(users, authorization):
            return Refusal(401, "Unauthorized", {"WWW-Authenticate": "Basic"})
        return None

    def context(self) -> ssl.SSLContext:
        """The context of the next handshake: that of the last file that could be used."""
        self._follow()
        assert self._context is not None
        return self._context

    def _follow(self) -> None:
        if self._path is None or self._states() == self._seen:
            return
        self._seen = self._states()
        try:
            self._read(self._path)
            if (self.tls is None) != (self._config.tls is None):
                raise InvalidWebConfig(
                    f"{self._path}: tls_server_config was added or taken away; restart for that"
                )
        except InvalidWebConfig as error:
            self._problem = str(error)
            log.error("requests are refused until this is mended: %s", error)
        else:
            if self._problem:
                log.info("%s can be used again", self._path)
            self._problem = ""

    def _read(self, path: Path) -> None:
        config = load(path)
        if config.tls is not None:
            self._watched = (path, *tls.files(config.tls, config.folder))
            self._seen = self._states()
            self._context = _context(path, config.tls)
        self._config = config

    def _states(self) -> tuple[object, ...]:
        return tuple(map(_state, self._watched))


def usable(path: str) -> str:
    """The path itself if its file can be used (or there is none): what `--web.config.file` and
    `check-config` accept. Raises ValueError."""
    try:
        if path:
            config = load(Path(path))
            if config.tls is not None:
                _context(Path(path), config.tls)
    except InvalidWebConfig as error:
        raise ValueError(str(error)) from error
    return path


def _context(path: Path, wanted: Tls) -> ssl.SSLContext:
    try:
        return tls.context(wanted, path.parent)
    except InvalidWebConfig as error:
        raise InvalidWebConfig(f"{path}: {error}") from error


class _Fresh(ssl.SSLContext):
    """Begins each handshake with the gate's current context."""

    _gate: Gate

    def __new__(cls, gate: Gate) -> _Fresh:
        made = super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)
        made._gate = gate
        return made

    def wrap_bio(self, *arguments: Any, **named: Any) -> ssl.SSLObject:
        return self._gate.context().wrap_bio(*arguments, **named)


def _state(path: Path) -> object:
    """Of the content: two changes within one tick of the filesystem's clock have one time."""
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError as error:
        return error.errno
