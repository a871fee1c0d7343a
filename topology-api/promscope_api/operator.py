"""`promscope`: the operator's command line on the machine of the API."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from promscope_api import __version__
from promscope_api.audit.log import AuditUnavailable
from promscope_api.commands import (
    audit,
    ctl,
    grafana,
    probes,
    rbac,
    sessions,
    sign_in_code,
    tokens,
    tunnel_secret,
    users,
)
from promscope_api.commands.place import Refusal
from promscope_api.store.store import StoreUnavailable
from promscope_wire.secretfile import UnusableSecret


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. The exit code: 0 done, 1 not done or not whole, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        "promscope",
        description="Operate a Promscope API: its users and tokens, its audit log and its secret.",
        epilog="Run it on the machine of the API, as the user the API runs as.",
    )
    parser.add_argument("--version", action="version", version=f"promscope {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (
        users,
        tokens,
        sessions,
        probes,
        rbac,
        sign_in_code,
        audit,
        tunnel_secret,
        grafana,
        ctl,
    ):
        command.add(commands)
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
