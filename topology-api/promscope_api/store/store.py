"""What must outlive the process, in one database: SQLite below `--storage.path`, or a PostgreSQL
that several replicas share.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Self

import alembic.command
import alembic.config
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, SQLAlchemyError

from promscope_api.store.postgresql import Postgresql, one_at_a_time
from promscope_wire.secretfile import UnusableSecret

FILE = "promscope.db"
BUSY_SECONDS = 5.0


class StoreUnavailable(Exception):
    """The store cannot be opened or used; the text says why."""


class Unstorable(StoreUnavailable):
    """The database takes no such value: a text too long for it, or with a NUL."""


class Store:
    """Thread-safe; several processes may have one folder, or one PostgreSQL, open.

    `replica`: whose records in a shared database are this process'; "": nobody else has any.
    """

    def __init__(self, engine: Engine, replica: str = "") -> None:
        self._engine = engine
        self.replica = replica

    @classmethod
    def open(cls, folder: Path, shared: Postgresql | None = None) -> Self:
        """Open (and, if need be, make or migrate) the store: of `folder` (mode 0700, files 0600),
        or the `shared` one, where the folder only tells the replicas of one machine apart.

        Raises StoreUnavailable.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if shared is None:
                engine = _sqlite(folder)
                lock: AbstractContextManager[None] = _lock(folder / "migrate.lock")
            else:
                engine = shared.engine()
                lock = one_at_a_time(engine)
            with lock:
                _migrate(engine)
        except (OSError, UnusableSecret, SQLAlchemyError) as error:
            remedy = "check that the folder of --storage.path can be written"
            if shared is not None:
                remedy = "check --storage.postgresql-url and what goes with it"
            where = shared.place if shared else folder
            raise StoreUnavailable(
                f"the store in {where} cannot be opened: {error}; {remedy}"
            ) from error
        return cls(engine, f"{socket.gethostname()}:{folder.absolute()}" if shared else "")

    @property
    def is_shared(self) -> bool:
        """Whether other replicas may write to it too."""
        return self._engine.dialect.name == "postgresql"

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT in the database's own dialect, for its ON CONFLICT."""
        return postgresql.insert(table) if self.is_shared else sqlite.insert(table)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction. Raises StoreUnavailable where the database fails, Unstorable for a
        value that it does not take.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except DataError as error:
            raise Unstorable(
                "this cannot be stored: a text is too long or has a NUL in it"
            ) from error
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the store does not answer: {error}") from error

    def complaint(self) -> str:
        """What is wrong with the database now, "" if nothing is."""
        try:
            with self.begin() as connection:
                connection.exec_driver_sql("SELECT 1")
        except StoreUnavailable as error:
            return str(error)
        return ""

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _sqlite(folder: Path) -> Engine:
    path = folder / FILE
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(
        f"sqlite:///{path.absolute()}",
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: Any, _: object) -> None:
    """Readers beside one writer, and nothing acknowledged is lost with the power (SQLite
    documentation, PRAGMA)."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _migrate(engine: Engine) -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    alembic.command.upgrade(config, "head")
