"""`promscope rbac explain`: may this user do this to this node, and why?"""

from __future__ import annotations

import argparse
import os
from urllib.parse import urlencode

from promscope_api.commands.place import Commands, Refusal, add_storage, opened
from promscope_api.security.outgoing import NoAnswer, Outgoing
from promscope_api.security.tokens import Tokens

_TOKEN_SECONDS = 60


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("rbac", help="who may do what")
    rbac = parser.add_subparsers(metavar="COMMAND", required=True)
    explain = rbac.add_parser(
        "explain",
        help="say whether a user may do something, and why",
        description="Ask the running API, which knows the node's labels and its probe's veto."
        " The exit code is 0 where it is allowed, 1 where not.",
    )
    explain.add_argument("user", metavar="USER")
    explain.add_argument("action", metavar="ACTION", help="such as restart, or a permission")
    explain.add_argument("node", metavar="NODE", help="such as container:0123456789ab")
    explain.add_argument(
        "--api.url",
        dest="url",
        metavar="URL",
        default="http://127.0.0.1:10181",
        help="where the API is (%(default)s)",
    )
    explain.add_argument(
        "--ca-file", default="", metavar="FILE", help="authority of its certificate"
    )
    add_storage(explain)
    explain.set_defaults(run=_explain)


def _explain(chosen: argparse.Namespace) -> int:
    query = urlencode({name: getattr(chosen, name) for name in ("user", "action", "node")})
    with opened(chosen) as place:
        tokens = Tokens(place.store)
        secret, token = tokens.create(
            "rbac explain", f"uid {os.getuid()}", ("admin",), ("view", "users"), _TOKEN_SECONDS
        )
        try:
            url = f"{chosen.url.rstrip('/')}/api/v1/rbac?{query}"
            answer = Outgoing(chosen.ca_file).json(url, bearer=secret)
        except NoAnswer as error:
            raise Refusal(
                f"{error}: is the API at --api.url, with this --storage.path, and does it know"
                f" {chosen.user}?"
            ) from error
        finally:
            tokens.revoke(token.id)
    print(f"{'allowed' if answer['allowed'] else 'denied'}: {answer['reason']}")
    print(f"roles of {chosen.user}: {', '.join(answer['roles']) or 'none'}")
    return 0 if answer["allowed"] else 1
