from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from promscope_api.store.schema import metadata
from promscope_api.store.store import FILE, Store, StoreUnavailable


def test_the_migrations_make_the_declared_tables(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "storage"
    with Store.open(folder) as store, store.begin() as connection:
        connection.execute(text("insert into pins values ('a', 'b', 1, 0)"))
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    for number in range(2):
        with Store.open(tmp_path) as store, store.begin() as connection:
            connection.execute(text(f"insert into pins values ('{number}', 'b', 1, 0)"))
            assert connection.execute(text("select count(*) from pins")).scalar() == number + 1


_OPEN = """
import sys
from pathlib import Path
from promscope_api.store.store import Store
Store.open(Path(sys.argv[1])).close()
"""


def test_processes_that_start_together_do_not_migrate_twice(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OPEN, str(tmp_path)]
    starting = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in starting] == [0] * 3


def test_a_folder_that_cannot_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match=r"--storage\.path can be written"):
        Store.open(tmp_path / "file" / "storage")


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        Store.open(tmp_path)


def _insert_twice(store: Store) -> None:
    with store.begin() as connection:
        connection.execute(text("insert into pins values ('a', 'b', 1, 0)"))
        connection.execute(text("insert into nowhere values (1)"))


def test_a_failing_statement_is_a_clear_error_and_undone(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        with pytest.raises(StoreUnavailable):
            _insert_twice(store)
        with store.begin() as connection:
            assert connection.execute(text("select count(*) from pins")).scalar() == 0
