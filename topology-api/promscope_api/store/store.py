"""What must outlive the process, in one database: SQLite below `--storage.path` by default."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import alembic.command
import alembic.config
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

FILE = "promscope.db"
BUSY_SECONDS = 5.0


class StoreUnavailable(Exception):
    """The store cannot be opened or used; the text says why."""


class Store:
    """Thread-safe; several processes may have one folder open."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open (and, if need be, make or migrate) the store of `folder`; mode 0700, files 0600.

        Raises StoreUnavailable.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder / FILE
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            engine = create_engine(
                f"sqlite:///{path.absolute()}",
                connect_args={"timeout": BUSY_SECONDS},
                hide_parameters=True,
            )
            event.listen(engine, "connect", _configure)
            with _one_at_a_time(folder / "migrate.lock"):
                _migrate(engine)
        except (OSError, SQLAlchemyError) as error:
            raise StoreUnavailable(
                f"the store in {folder} cannot be opened: {error}; check that the folder of"
                " --storage.path can be written"
            ) from error
        return cls(engine)

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT in the database's own dialect, for its ON CONFLICT."""
        shared = self._engine.dialect.name == "postgresql"
        return postgresql.insert(table) if shared else sqlite.insert(table)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction. Raises StoreUnavailable where the database fails."""
        try:
            with self._engine.begin() as connection:
                yield connection
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


def _configure(connection: Any, _: object) -> None:
    """Readers beside one writer, and nothing acknowledged is lost with the power (SQLite
    documentation, PRAGMA)."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
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
