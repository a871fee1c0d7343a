"""A PostgreSQL that several replicas share, reached with verified TLS."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from promscope_api.security.origin import is_loopback
from promscope_wire.secretfile import read_secret

PORT = 5432
#: A server that does not answer for this long is taken for one that is away.
TIMEOUT_SECONDS = 10.0
#: As many as there are requests at a time, and a few for what runs beside them.
_POOL, _MORE = 4, 28
#: Any number will do, as long as every replica takes the same.
_MIGRATION_LOCK = 7_027_310_181
_PLAIN = "sslmode=disable"


@dataclass(frozen=True, slots=True)
class Postgresql:
    """Where it is. `password_file`: mode 0600; empty: the server asks for none."""

    url: str
    password_file: str = ""
    ca_file: str = ""

    @property
    def place(self) -> str:
        """For messages: server and database."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or PORT}{parts.path}"

    def engine(self) -> Engine:
        """Not yet connected. Raises UnusableSecret and OSError for its files."""
        parts = urlsplit(self.url)
        password = read_secret(self.password_file).decode() if self.password_file else None
        made = create_engine(
            URL.create(
                "postgresql+pg8000",
                unquote(parts.username or ""),
                password,
                parts.hostname,
                parts.port or PORT,
                unquote(parts.path[1:]),
            ),
            connect_args={
                "timeout": TIMEOUT_SECONDS,
                "application_name": "promscope-api",
                "ssl_context": False if _plain(parts) else self._tls(),
            },
            pool_size=_POOL,
            max_overflow=_MORE,
            pool_timeout=TIMEOUT_SECONDS,
            # A connection that the server ended meanwhile is noticed before it is used.
            pool_pre_ping=True,
            hide_parameters=True,
        )
        event.listen(made, "handle_error", _named)
        return made

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file or None)


def url(text: str) -> str:
    """The text, if it is empty or the URL of a database without a password. Raises ValueError."""
    if not text:
        return text
    parts = urlsplit(text)
    if parts.scheme != "postgresql" or not parts.hostname or not parts.username:
        raise ValueError("write postgresql://USER@HOST:PORT/DATABASE")
    if parts.password is not None:
        raise ValueError("the password belongs into --storage.postgresql-password-file")
    if len(parts.path) < 2:
        raise ValueError("name the database: postgresql://USER@HOST:PORT/DATABASE")
    if parts.query not in ("", _PLAIN):
        raise ValueError("the only parameter is sslmode=disable")
    if _plain(parts) and not is_loopback(parts.hostname):
        raise ValueError("sslmode=disable is for a server on this machine")
    return text


def _plain(parts: SplitResult) -> bool:
    return parts.query == _PLAIN


@contextmanager
def one_at_a_time(engine: Engine) -> Iterator[None]:
    """While this lasts, no other replica is in it (PostgreSQL: advisory locks)."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_MIGRATION_LOCK})")


def _named(context: ExceptionContext) -> DBAPIError | None:
    """What the driver does not tell apart, by SQLSTATE (PostgreSQL, appendix A): 23 is a
    constraint that does not hold, 22 a value that cannot be stored."""
    error = context.original_exception
    said: Any = error.args[0] if error.args else None
    state = said.get("C", "") if isinstance(said, dict) else ""
    kind = {"23": IntegrityError, "22": DataError}.get(state[:2])
    if kind is None or not isinstance(error, Exception):
        return None
    return kind(context.statement, None, error, hide_parameters=True)
