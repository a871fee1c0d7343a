"""`promscope`: the operator's command line on the machine of the API."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from promscope_api import __version__
from promscope_api.audit.event import Event
from promscope_api.audit.heads import Heads
from promscope_api.audit.log import AuditLog, AuditUnavailable
from promscope_api.audit.tail import follow, last
from promscope_api.audit.verify import Verdict, verify
from promscope_api.security.codes import LIFETIME_SECONDS, SignInCodes
from promscope_api.security.policy import ROLES
from promscope_api.security.principal import Principal
from promscope_api.store.store import FILE, Store, StoreUnavailable
from promscope_wire.secretfile import UnusableSecret, read_secret

WRITER = "operator"
_WAIT_SECONDS = 10.0
_AGAIN_SECONDS = 0.3


class Refusal(Exception):
    """The command cannot be done; the text says why and the remedy."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. The exit code: 0 done, 1 not done or not whole, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        "promscope",
        description="Operate a Promscope API: sign in, look after its audit log and its secret.",
        epilog="Run it on the machine of the API, as the user the API runs as.",
    )
    parser.add_argument("--version", action="version", version=f"promscope {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_sign_in_code(commands)
    _add_audit(commands)
    _add_tunnel_secret(commands)
    chosen = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        return run(chosen)
    except (Refusal, StoreUnavailable, AuditUnavailable, UnusableSecret) as error:
        print(f"promscope: {error}", file=sys.stderr)
        return 1
    except (BrokenPipeError, KeyboardInterrupt):
        # The reader of a pipe went away, or the user ended --follow: nothing is wrong.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - kept until the process ends
        return 0


def _storage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--storage.path",
        dest="storage",
        metavar="DIR",
        default=os.environ.get("PROMSCOPE_STORAGE_PATH", ""),
        help="the API's storage folder (default: $PROMSCOPE_STORAGE_PATH)",
    )


def _folder(chosen: argparse.Namespace) -> Path:
    if not chosen.storage:
        raise Refusal("name the API's storage folder with --storage.path")
    folder = Path(chosen.storage)
    if not folder.is_dir():
        raise Refusal(f"there is no folder {folder}: give the --storage.path the API runs with")
    return folder


def _add_sign_in_code(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = f"make a one-time code, good for {LIFETIME_SECONDS / 60:.0f} minutes, for the page"
    parser = commands.add_parser("sign-in-code", help=text, description=text.capitalize() + ".")
    _storage(parser)
    parser.add_argument("--user", default="operator", help="name in the audit log (%(default)s)")
    parser.add_argument("--role", default="operator", choices=sorted(ROLES), help="(%(default)s)")
    parser.set_defaults(run=_sign_in_code)


def _sign_in_code(chosen: argparse.Namespace) -> int:
    folder = _folder(chosen)
    if not 0 < len(chosen.user) <= 64 or not chosen.user.isprintable():
        raise Refusal("a user name has 1 to 64 printable characters")
    maker = Principal(f"uid {os.getuid()}", (), "operator")
    with (
        Store.open(folder) as store,
        AuditLog(folder / "audit", WRITER, wait_seconds=_WAIT_SECONDS) as audit,
    ):
        made_for = {"for_user": chosen.user, "for_role": chosen.role}
        audit.append(Event("code-create", "success", principal=maker, details=made_for))
        Heads(store).note(audit.head)
        code = SignInCodes(store).mint(chosen.user, (chosen.role,))
    print(f"Sign-in code (once, within {LIFETIME_SECONDS / 60:.0f} minutes): {code}")
    return 0


def _add_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("audit", help="look at and check the audit log")
    audit = parser.add_subparsers(metavar="COMMAND", required=True)
    check = audit.add_parser(
        "verify",
        help="check that no record was changed, removed or moved",
        description="Check every chain of the audit log; names the first bad record of each.",
    )
    _storage(check)
    check.set_defaults(run=_verify)
    tail = audit.add_parser("tail", help="show the last records")
    _storage(tail)
    tail.add_argument("-n", dest="count", type=int, default=20, help="how many (%(default)s)")
    tail.add_argument("-f", "--follow", action="store_true", help="show new ones as they come")
    tail.add_argument("--json", action="store_true", help="the records as they are in the file")
    tail.set_defaults(run=_tail)


def _verify(chosen: argparse.Namespace) -> int:
    folder = _folder(chosen)
    verdicts = _verdicts(folder)
    if any(verdict.problem for verdict in verdicts):
        # A record may have been looked at while the API was writing it.
        time.sleep(_AGAIN_SECONDS)
        verdicts = _verdicts(folder)
    if not verdicts:
        print("There is no audit log yet.")
    for verdict in verdicts:
        if verdict.problem:
            print(f"BAD   {verdict.chain}: {verdict.records} good records, then {verdict.problem}")
        else:
            print(f"whole {verdict.chain}: {verdict.records} records")
    return 1 if any(verdict.problem for verdict in verdicts) else 0


def _verdicts(folder: Path) -> list[Verdict]:
    heads = []
    if (folder / FILE).exists():
        with Store.open(folder) as store:
            heads = Heads(store).all()
    try:
        return verify(folder / "audit", heads)
    except OSError as error:
        raise Refusal(f"the audit log cannot be read: {error}") from error


def _tail(chosen: argparse.Namespace) -> int:
    directory = _folder(chosen) / "audit"
    for line in last(directory, chosen.count, plain=chosen.json):
        print(line)
    if chosen.follow:
        for line in follow(directory, plain=chosen.json):
            print(line, flush=True)
    return 0


def _add_tunnel_secret(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "tunnel-secret",
        help="make the secret file of the tunnel",
        description="Make a file (mode 0600) with a random secret for --tunnel.secret-file of the"
        " API and --api.secret-file of its probes. A usable file is left as it is.",
    )
    parser.add_argument("file", type=Path)
    parser.set_defaults(run=_tunnel_secret)


def _tunnel_secret(chosen: argparse.Namespace) -> int:
    path: Path = chosen.file
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    except FileExistsError:
        read_secret(path)
        print(f"{path} holds a usable secret already; it was left as it is.")
        return 0
    except OSError as error:
        raise Refusal(f"cannot make {path}: {error.strerror}") from error
    print(f"{path} is made. Give it to the API (--tunnel.secret-file) and to the probes.")
    return 0
