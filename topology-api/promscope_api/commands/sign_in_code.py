"""`promscope sign-in-code`: a one-time code for the page."""

from __future__ import annotations

import argparse

from promscope_api.commands.place import Commands, Refusal, add_role, add_storage, opened, role
from promscope_api.security.codes import LIFETIME_SECONDS, SignInCodes
from promscope_api.security.users import valid_name


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    text = f"make a one-time code, good for {LIFETIME_SECONDS / 60:.0f} minutes, for the page"
    parser = commands.add_parser("sign-in-code", help=text, description=text.capitalize() + ".")
    add_storage(parser)
    parser.add_argument("--user", default="operator", help="name in the audit log (%(default)s)")
    add_role(parser, "operator")
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    try:
        valid_name(chosen.user)
    except ValueError as error:
        raise Refusal(str(error)) from error
    with opened(chosen) as place:
        granted = (role(chosen),)
        place.record("code-create", {"for_user": chosen.user, "for_role": chosen.role})
        code = SignInCodes(place.store).mint(chosen.user, granted)
    print(f"Sign-in code (once, within {LIFETIME_SECONDS / 60:.0f} minutes): {code}")
    return 0
