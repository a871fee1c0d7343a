"""`promscope users`: the local users, who sign in with a password."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from promscope_api.commands.place import (
    Commands,
    Refusal,
    add_role,
    add_storage,
    opened,
    password,
    role,
    table,
)
from promscope_api.security.passwords import Passwords
from promscope_api.security.users import NoUser, Users


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("users", help="users who sign in with a password")
    users = parser.add_subparsers(metavar="COMMAND", required=True)
    new = users.add_parser(
        "add", help="add a user; the password is asked, or read from the standard input"
    )
    add_role(new, "viewer")
    new.set_defaults(run=_add)
    shown = users.add_parser("list", help="list them")
    shown.set_defaults(run=_list)
    removed = users.add_parser("remove", help="remove one, with its sessions and API tokens")
    removed.set_defaults(run=_remove)
    changed = users.add_parser("password", help="set a new password; ends the user's sessions")
    changed.set_defaults(run=_password)
    for one in (new, shown, removed, changed):
        add_storage(one)
    for one in (new, removed, changed):
        one.add_argument("name", metavar="NAME")


def _add(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        try:
            Users(place.store, Passwords()).add(chosen.name, password(), (role(chosen),))
        except (NoUser, ValueError) as error:
            raise Refusal(str(error)) from error
        place.record("user-add", {"for_user": chosen.name, "for_role": chosen.role})
    print(f"{chosen.name} can sign in, as {chosen.role}.")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        found = Users(place.store, Passwords()).all()
    rows = [("NAME", "ROLES", "CREATED")]
    rows += [
        (one.name, ",".join(one.roles), f"{datetime.fromtimestamp(one.created, UTC):%F %T}Z")
        for one in found
    ]
    table(rows)
    return 0


def _remove(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        try:
            Users(place.store, Passwords()).remove(chosen.name)
        except NoUser as error:
            raise Refusal(str(error)) from error
        place.record("user-remove", {"for_user": chosen.name})
    print(f"{chosen.name} is removed; sessions and API tokens with it.")
    return 0


def _password(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        try:
            Users(place.store, Passwords()).set_password(chosen.name, password())
        except (NoUser, ValueError) as error:
            raise Refusal(str(error)) from error
        place.record("user-password", {"for_user": chosen.name})
    print(f"{chosen.name} has a new password; its sessions have ended.")
    return 0
