"""What the operator's commands share: the storage folder they work in, and how they fail."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from promscope_api.audit.event import Event
from promscope_api.audit.heads import Heads
from promscope_api.audit.log import AuditLog
from promscope_api.security.policy_file import UnusablePolicy, load
from promscope_api.security.principal import Principal
from promscope_api.store.postgresql import Postgresql, url
from promscope_api.store.store import Store

WRITER = "operator"
_WAIT_SECONDS = 10.0

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


class Refusal(Exception):
    """The command cannot be done; the text says why and the remedy."""


class Place:
    """The API's storage, opened for one command of the operator. Made by `opened`."""

    def __init__(self, store: Store, audit: AuditLog) -> None:
        self.store = store
        self._audit = audit

    def record(self, action: str, details: Mapping[str, int | str]) -> None:
        """Into the audit log, as this user of the machine. Raises AuditUnavailable."""
        maker = Principal(f"uid {os.getuid()}", (), "operator")
        self._audit.append(Event(action, "success", principal=maker, details=details))
        Heads(self.store).note(self._audit.head)


@contextmanager
def opened(chosen: argparse.Namespace) -> Iterator[Place]:
    """Raises Refusal, StoreUnavailable or AuditUnavailable."""
    where = folder(chosen)
    with (
        Store.open(where, postgresql(chosen)) as store,
        AuditLog(where / "audit", WRITER, wait_seconds=_WAIT_SECONDS) as audit,
    ):
        yield Place(store, audit)


def add_storage(parser: argparse.ArgumentParser) -> None:
    """The option that says where the API keeps what lasts."""
    parser.add_argument(
        "--storage.path",
        dest="storage",
        metavar="DIR",
        default=os.environ.get("PROMSCOPE_STORAGE_PATH", ""),
        help="the API's storage folder (default: $PROMSCOPE_STORAGE_PATH)",
    )
    for name, metavar, text in (
        ("url", "URL", "the PostgreSQL that the API's replicas share"),
        ("password-file", "FILE", "with the password for it"),
        ("ca-file", "FILE", "with the authorities to trust for it"),
    ):
        variable = f"PROMSCOPE_STORAGE_POSTGRESQL_{name.upper().replace('-', '_')}"
        parser.add_argument(
            f"--storage.postgresql-{name}",
            dest=f"postgresql_{name.replace('-', '_')}",
            metavar=metavar,
            default=os.environ.get(variable, ""),
            help=f"{text} (default: ${variable})",
        )


def add_role(parser: argparse.ArgumentParser, default: str) -> None:
    """The option that names a role, and the file with those that are not built in."""
    parser.add_argument("--role", default=default, help="(%(default)s)")
    parser.add_argument(
        "--auth.policy-file",
        dest="policy_file",
        metavar="FILE",
        default=os.environ.get("PROMSCOPE_AUTH_POLICY_FILE", ""),
        help="the API's file with roles of your own (default: $PROMSCOPE_AUTH_POLICY_FILE)",
    )


def role(chosen: argparse.Namespace) -> str:
    """The role that was named. Raises Refusal for one there is not."""
    try:
        roles = load(chosen.policy_file).roles
    except UnusablePolicy as error:
        raise Refusal(str(error)) from error
    if chosen.role not in roles:
        raise Refusal(f"there is no role {chosen.role}; there are {', '.join(roles)}")
    return str(chosen.role)


def postgresql(chosen: argparse.Namespace) -> Postgresql | None:
    """The shared database, if one was named. Raises Refusal for one that is none."""
    try:
        named = url(chosen.postgresql_url)
    except ValueError as error:
        raise Refusal(f"--storage.postgresql-url: {error}") from error
    if not named:
        return None
    return Postgresql(named, chosen.postgresql_password_file, chosen.postgresql_ca_file)


def folder(chosen: argparse.Namespace) -> Path:
    """The storage folder. Raises Refusal where there is none."""
    if not chosen.storage:
        raise Refusal("name the API's storage folder with --storage.path")
    found = Path(chosen.storage)
    if not found.is_dir():
        raise Refusal(f"there is no folder {found}: give the --storage.path the API runs with")
    return found


def password() -> str:
    """Asked twice at a terminal, else the first line of the standard input. Raises Refusal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise Refusal("the two passwords differ")
    return first


def table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns, the first one being their heads. A terminal obeys nothing in them."""
    clean = [tuple(ascii(cell)[1:-1] for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*clean, strict=True)]
    for row in clean:
        print(
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        )
