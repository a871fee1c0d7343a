"""`promscope tokens`: API tokens for programs."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from promscope_api.commands.place import (
    Commands,
    Refusal,
    add_role,
    add_storage,
    opened,
    role,
    table,
)
from promscope_api.security.grafana import GrafanaPin
from promscope_api.security.options import url
from promscope_api.security.policy import PERMISSIONS
from promscope_api.security.tokens import DEFAULT_SECONDS, MAX_SECONDS, Tokens
from promscope_api.security.users import valid_name

_DAY = 86_400.0


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    parser = commands.add_parser("tokens", help="API tokens for programs")
    tokens = parser.add_subparsers(metavar="COMMAND", required=True)
    new = tokens.add_parser("create", help="make one; its secret is shown this once")
    new.add_argument("name", metavar="NAME", help="what it is for")
    new.add_argument("--user", default="operator", help="name in the audit log (%(default)s)")
    add_role(new, "viewer")
    new.add_argument(
        "--scope",
        action="append",
        default=[],
        choices=PERMISSIONS,
        metavar="PERMISSION",
        help="limit it to this permission of its role; may be repeated",
    )
    new.add_argument(
        "--days",
        type=float,
        default=DEFAULT_SECONDS / _DAY,
        help=f"how long it is valid, {MAX_SECONDS / _DAY:g} at most (%(default)g)",
    )
    new.add_argument(
        "--grafana-url",
        default="",
        metavar="URL",
        help="for a Grafana data source: root_url of the Grafana whose signed users it stands for",
    )
    new.add_argument(
        "--grafana-audience",
        default="org:1",
        metavar="ORG",
        help="the organisation there (%(default)s)",
    )
    new.set_defaults(run=_create)
    shown = tokens.add_parser("list", help="list them, without their secrets")
    shown.set_defaults(run=_list)
    ended = tokens.add_parser("revoke", help="end one and every stream opened with it")
    ended.add_argument("id", metavar="ID")
    ended.set_defaults(run=_revoke)
    for one in (new, shown, ended):
        add_storage(one)


def _create(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        try:
            secret, token = Tokens(place.store).create(
                chosen.name,
                valid_name(chosen.user),
                (role(chosen),),
                chosen.scope,
                chosen.days * _DAY,
                _pin(chosen),
            )
        except ValueError as error:
            raise Refusal(str(error)) from error
        place.record(
            "token-create",
            {"for_user": token.user, "for_role": chosen.role, "for_token": token.id},
        )
    print(f"Token {token.id}, valid until {_day(token.expires)}; shown this once:\n{secret}")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        found = Tokens(place.store).all()
    rows = [("ID", "NAME", "USER", "ROLES", "SCOPES", "EXPIRES")]
    rows += [
        (one.id, one.name, one.user, ",".join(one.roles), ",".join(one.scopes) or "all",
         _day(one.expires))
        for one in found
    ]  # fmt: skip
    table(rows)
    return 0


def _revoke(chosen: argparse.Namespace) -> int:
    with opened(chosen) as place:
        token = Tokens(place.store).revoke(chosen.id)
        if token is None:
            raise Refusal(f"there is no valid token {chosen.id}: see `promscope tokens list`")
        place.record("token-revoke", {"for_user": token.user, "for_token": token.id})
    print(f"Token {token.id} is revoked.")
    return 0


def _pin(chosen: argparse.Namespace) -> GrafanaPin | None:
    """Raises ValueError."""
    if not chosen.grafana_url:
        return None
    return GrafanaPin(url(chosen.grafana_url), chosen.grafana_audience)


def _day(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%F %T}Z"
