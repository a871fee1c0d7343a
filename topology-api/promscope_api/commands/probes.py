"""`promscope probes`: exporters with a credential of their own."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from promscope_api.commands.place import Commands, Refusal, add_storage, opened, table
from promscope_api.security.probes import DEFAULT_SECONDS, MAX_SECONDS, Probes

_HOUR = 3600.0


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("probes", help="exporters with a credential of their own")
    probes = parser.add_subparsers(metavar="COMMAND", required=True)
    new = probes.add_parser(
        "invite", help="make a token for --api.join-token-file, good for one exporter, once"
    )
    new.add_argument("name", metavar="NAME", help="what the exporter is called in lists")
    new.add_argument(
        "--hours",
        type=float,
        default=DEFAULT_SECONDS / _HOUR,
        help=f"how long it is valid, {MAX_SECONDS / _HOUR:g} at most (%(default)g)",
    )
    new.set_defaults(run=_invite)
    shown = probes.add_parser("list", help="list those that joined")
    shown.set_defaults(run=_list)
    ended = probes.add_parser("revoke", help="let one in no more, and end its tunnel")
    ended.add_argument("id", metavar="ID")
    ended.set_defaults(run=_revoke)
    for one in (new, shown, ended):
        add_storage(one)


def _invite(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        try:
            token = Probes(place.store).invite(chosen.name, chosen.hours * _HOUR)
        except ValueError as error:
            raise Refusal(str(error)) from error
        place.record("probe-invite", {"probe_name": chosen.name})
    print(f"Good once within {chosen.hours:g} h; shown this once:\n{token}")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        found = Probes(place.store).all()
    rows = [("ID", "NAME", "HOST", "JOINED")]
    rows += [
        (one.id, one.name, one.host_id or "-", f"{datetime.fromtimestamp(one.joined, UTC):%F %T}Z")
        for one in found
    ]
    table(rows)
    return 0


def _revoke(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        probe = Probes(place.store).revoke(chosen.id)
        if probe is None:
            raise Refusal(f"there is no probe {chosen.id}: see `promscope probes list`")
        place.record("probe-revoke", {"for_probe": probe.id, "probe_name": probe.name})
    print(f"The probe {probe.name} is let in no more.")
    return 0
