"""`promscope tunnel-secret`: the secret that the probes and the API share."""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path

from promscope_api.commands.place import Commands, Refusal
from promscope_wire.secretfile import read_secret


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "tunnel-secret",
        help="make the secret file of the tunnel",
        description="Make a file (mode 0600) with a random secret for --tunnel.secret-file of the"
        " API and --api.secret-file of its probes. A usable file is left as it is.",
    )
    parser.add_argument("file", type=Path)
    parser.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
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
