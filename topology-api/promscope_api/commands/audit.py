"""`promscope audit`: look at and check the audit log."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from promscope_api.audit.chain import Head
from promscope_api.audit.export import records
from promscope_api.audit.heads import Heads
from promscope_api.audit.pseudonyms import Pseudonyms
from promscope_api.audit.tail import follow, last
from promscope_api.audit.verify import Verdict, verify
from promscope_api.commands.place import Commands, Refusal, add_storage, folder, postgresql
from promscope_api.store.store import FILE, Store

_AGAIN_SECONDS = 0.3


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("audit", help="look at and check the audit log")
    audit = parser.add_subparsers(metavar="COMMAND", required=True)
    check = audit.add_parser(
        "verify",
        help="check that no record was changed, removed or moved",
        description="Check every chain of the audit log; names the first bad record of each.",
    )
    add_storage(check)
    check.add_argument(
        "--head",
        action="append",
        default=[],
        type=_head,
        metavar="CHAIN:NUMBER[:HASH]",
        help="a record that must be there, as promscope_api_audit_head or a sink has it; may be"
        " repeated",
    )
    check.set_defaults(run=_verify)
    tail = audit.add_parser("tail", help="show the last records")
    add_storage(tail)
    tail.add_argument("-n", dest="count", type=int, default=20, help="how many (%(default)s)")
    tail.add_argument("-f", "--follow", action="store_true", help="show new ones as they come")
    tail.add_argument("--json", action="store_true", help="the records as they are in the file")
    tail.set_defaults(run=_tail)
    export = audit.add_parser(
        "export",
        help="print every record as a JSON line, by chain and in order",
        description="Every record of a user, or all, as they are in the file: a program can check"
        " each line's own hash.",
    )
    add_storage(export)
    export.add_argument("--user", default="", help="only records of this user")
    export.add_argument(
        "--pseudonymise",
        action="store_true",
        help="to hand out: names, addresses and ids replaced, the same ones by the same; free"
        " text left out",
    )
    export.set_defaults(run=_export)


def _head(text: str) -> Head:
    chain, _, rest = text.partition(":")
    number, _, digest = rest.partition(":")
    if not chain or not number.isdecimal():
        raise argparse.ArgumentTypeError("write CHAIN:NUMBER or CHAIN:NUMBER:HASH")
    return Head(chain, int(number), digest)


def _export(chosen: argparse.Namespace) -> int:
    pseudonyms = Pseudonyms() if chosen.pseudonymise else None
    for line in records(folder(chosen) / "audit", chosen.user):
        told = pseudonyms.record(line) if pseudonyms else line
        if told is not None:
            print(told)
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    where = folder(chosen)
    verdicts = _verdicts(where, chosen)
    if any(verdict.problem for verdict in verdicts):
        # A record may have been looked at while the API was writing it.
        time.sleep(_AGAIN_SECONDS)
        verdicts = _verdicts(where, chosen)
    if not verdicts:
        print("There is no audit log yet.")
    for verdict in verdicts:
        if verdict.problem:
            print(f"BAD   {verdict.chain}: {verdict.records} good records, then {verdict.problem}")
        else:
            print(f"whole {verdict.chain}: {verdict.records} records")
    return 1 if any(verdict.problem for verdict in verdicts) else 0


def _verdicts(where: Path, chosen: argparse.Namespace) -> list[Verdict]:
    heads: list[Head] = [*chosen.head]
    shared = postgresql(chosen)
    if shared or (where / FILE).exists():
        with Store.open(where, shared) as store:
            heads += Heads(store).all()
    try:
        return verify(where / "audit", heads)
    except OSError as error:
        raise Refusal(f"the audit log cannot be read: {error}") from error


def _tail(chosen: argparse.Namespace) -> int:
    directory = folder(chosen) / "audit"
    for line in last(directory, chosen.count, plain=chosen.json):
        print(line)
    if chosen.follow:
        for line in follow(directory, plain=chosen.json):
            print(line, flush=True)
    return 0
