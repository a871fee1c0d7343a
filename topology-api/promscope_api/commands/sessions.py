"""`promscope sessions`: who is signed in, and ending that."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from promscope_api.commands.place import Commands, Refusal, add_storage, opened, table
from promscope_api.security.sessions import Sessions


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("sessions", help="who is signed in")
    sessions = parser.add_subparsers(metavar="COMMAND", required=True)
    shown = sessions.add_parser("list", help="list the browsers that are signed in")
    shown.set_defaults(run=_list)
    ended = sessions.add_parser("revoke", help="end one and every stream opened with it")
    ended.add_argument("id", metavar="ID")
    ended.set_defaults(run=_revoke)
    for one in (shown, ended):
        add_storage(one)


def _list(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        found = Sessions(place.store).all()
    rows = [("ID", "USER", "ROLES", "FROM", "SINCE", "UNTIL")]
    rows += [
        (one.id, one.user, ",".join(one.roles), one.peer, _moment(one.created),
         _moment(one.expires))
        for one in found
    ]  # fmt: skip
    table(rows)
    return 0


def _revoke(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        session = Sessions(place.store).close(chosen.id)
        if session is None:
            raise Refusal(f"there is no session {chosen.id}: see `promscope sessions list`")
        place.record("session-end", {"for_user": session.user, "for_session": session.id})
    print(f"The session of {session.user} has ended.")
    return 0


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%F %T}Z"
