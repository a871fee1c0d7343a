"""The store in a real PostgreSQL that several replicas share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from promscope_api.audit.chain import Head
from promscope_api.audit.heads import Heads
from promscope_api.security.codes import SignInCodes
from promscope_api.security.passwords import Passwords
from promscope_api.security.refusal import Refused
from promscope_api.security.sessions import Sessions
from promscope_api.security.tickets import Tickets
from promscope_api.security.users import NoUser, Users
from promscope_api.store.pins import Pins
from promscope_api.store.positions import Position, Positions
from promscope_api.store.postgresql import Postgresql, url
from promscope_api.store.saved_filters import NameTaken, SavedFilters
from promscope_api.store.schema import metadata
from promscope_api.store.store import Store, StoreUnavailable, Unstorable
from tests.trust.certificates import Authority
from tests.trust.postgres import PASSWORD, PostgresServer


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def store(server: PostgresServer, tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "one", server.settings) as store:
        yield store


@pytest.fixture
def other(server: PostgresServer, tmp_path: Path) -> Iterator[Store]:
    """The same database, as another replica has it."""
    with Store.open(tmp_path / "two", server.settings) as store:
        yield store


_OPEN = """
import sys
from pathlib import Path
from promscope_api.store.postgresql import Postgresql
from promscope_api.store.store import Store
Store.open(Path(sys.argv[1]), Postgresql(*sys.argv[2:])).close()
"""


def test_replicas_that_start_together_do_not_migrate_twice(tmp_path: Path) -> None:
    with PostgresServer() as server:
        settings = (server.url, str(server.password_file))
        command = [sys.executable, "-c", _OPEN, str(tmp_path), *settings]
        starting = [subprocess.Popen(command) for _ in range(3)]
        assert [process.wait() for process in starting] == [0] * 3


def test_the_migrations_make_the_declared_tables(store: Store) -> None:
    with store.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_one_replica_saves_the_other_has(store: Store, other: Store) -> None:
    token, principal = Sessions(store).open("ada", ("viewer",), "::1")
    assert Sessions(other).principal(token) == principal
    made = SavedFilters(store).add("ada", "Payments", "containers", "label.team = payments")
    assert SavedFilters(other).get(made.id) == made
    Pins(store).put("hosts", "host:a", (1, 2))
    Pins(store).put("hosts", "host:a", (3, 4))
    assert Pins(other).of("hosts") == {"host:a": (3, 4)}
    for place in (Position(1, 2, 3), Position(4, 5, 6)):
        Positions(store).write("hosts", {("", "host:a"): place})
    assert Positions(other).load("hosts") == {("", "host:a"): Position(4, 5, 6)}
    assert Positions(other).write("hosts", {}, [("", "host:a")]) == 3
    assert Positions(store).load("hosts") == {}
    assert not store.complaint()


def test_a_code_or_ticket_of_one_replica_is_good_once_at_another(
    store: Store, other: Store
) -> None:
    code = SignInCodes(store).mint("ada", ("viewer",))
    assert SignInCodes(other).redeem(code, "::1").user == "ada"
    with pytest.raises(Refused, match="used"):
        SignInCodes(store).redeem(code, "::1")
    _, ada = Sessions(store).open("ada", ("viewer",), "::1")
    ticket = Tickets(store).issue(ada, "watch", "containers")
    assert Tickets(other).redeem(ticket, "watch", "containers") == ada
    with pytest.raises(Refused):
        Tickets(store).redeem(ticket, "watch", "containers")


def test_names_that_are_taken_are_told_from_a_database_that_fails(
    store: Store, other: Store
) -> None:
    SavedFilters(store).add("bob", "Mine", "hosts", "")
    with pytest.raises(NameTaken):
        SavedFilters(other).add("bob", "Mine", "hosts", "")
    second = SavedFilters(other).add("bob", "Other", "hosts", "")
    with pytest.raises(NameTaken):
        SavedFilters(other).change(second, "Mine", "hosts", "")
    Users(store, Passwords()).add("bob", "correct horse battery", ("viewer",))
    with pytest.raises(NoUser, match="already"):
        Users(other, Passwords()).add("bob", "correct horse battery", ("viewer",))


def test_a_text_that_it_cannot_take_is_told_from_a_database_that_fails(store: Store) -> None:
    for name in ("a\0b", "x" * 200):
        with pytest.raises(Unstorable, match="too long or has a NUL"):
            SavedFilters(store).add("eve", name, "hosts", "")
    assert SavedFilters(store).of("eve") == []


def test_each_replica_knows_the_ends_of_its_own_audit_chains(store: Store, other: Store) -> None:
    Heads(store).note(Head("api-one", 2, "x"))
    Heads(store).note(Head("api-one", 1, "w"))
    Heads(other).note(Head("api-two", 7, "y"))
    assert Heads(store).all() == [Head("api-one", 2, "x")]
    assert Heads(other).all() == [Head("api-two", 7, "y")]


def test_a_database_that_went_and_came_back_is_used_again(tmp_path: Path) -> None:
    with PostgresServer() as server, Store.open(tmp_path, server.settings) as store:
        Pins(store).put("hosts", "host:a", (1, 2))
        server.stop()
        assert "does not answer" in store.complaint()
        with pytest.raises(StoreUnavailable):
            Pins(store).of("hosts")
        server.start()
        assert Pins(store).of("hosts") == {"host:a": (1, 2)}


_ENCRYPTED = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"


def test_its_certificate_is_verified(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join(part.read_bytes() for part in authority.issue("server", "127.0.0.1")))
    with PostgresServer(both) as server:
        password = str(server.password_file)
        trusting = Postgresql(server.url, password, str(authority.ca))
        with Store.open(tmp_path / "store", trusting) as store, store.begin() as connection:
            assert connection.execute(text(_ENCRYPTED)).scalar()
        with pytest.raises(StoreUnavailable, match="certificate verify failed"):
            Store.open(tmp_path / "store", Postgresql(server.url, password))
        with pytest.raises(StoreUnavailable, match="no encryption"):
            Store.open(tmp_path / "store", Postgresql(f"{server.url}?sslmode=disable", password))


def test_what_cannot_be_reached_is_a_clear_error_without_the_password(
    server: PostgresServer, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("not-the-right-password")
    for settings in (
        Postgresql("postgresql://promscope@127.0.0.1:1/promscope?sslmode=disable"),
        Postgresql(server.url, str(wrong)),
        Postgresql(server.url, str(tmp_path / "nowhere")),
    ):
        with pytest.raises(StoreUnavailable, match=r"--storage\.postgresql-url") as caught:
            Store.open(tmp_path / "store", settings)
        assert "not-the-right-password" not in str(caught.value)
        assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("mysql://ada@db/promscope", "postgresql://USER"),
        ("postgresql://db/promscope", "postgresql://USER"),
        ("postgresql://ada:secret@db/promscope", "password-file"),
        ("postgresql://ada@db", "name the database"),
        ("postgresql://ada@db/promscope?sslmode=prefer", "only parameter"),
        ("postgresql://ada@db/promscope?sslmode=disable", "this machine"),
    ],
)
def test_urls_that_are_refused(wrong: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        url(wrong)


def test_urls_that_are_taken() -> None:
    for right in (
        "",
        "postgresql://ada@db.example/promscope",
        "postgresql://ada@[::1]:6432/promscope?sslmode=disable",
    ):
        assert url(right) == right
    assert Postgresql("postgresql://ada@db.example/shop").place == "db.example:5432/shop"
