"""The part of `make run` that needs root: the exporter and two kernel settings, nothing else.

Started directly by root, or through sudo by anyone else. Standard input is its leash: a line
`start` (re)starts the exporter, the end of input stops it and restores the kernel, so nothing
of root survives the user's own process, however that one ends. Standard output reports as one
JSON object per line; the exporter's own words go to standard error.

    python -m stack.rooted [--leave-kernel] [--restore JSON] -- EXPORTER [FLAG…]
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import subprocess
import sys
from typing import Any

from stack import kernel

_STOP_SECONDS = 10


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="stack.rooted")
    parser.add_argument("--leave-kernel", action="store_true")
    parser.add_argument("--restore", type=json.loads, default={})
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    # Ctrl-C reaches the whole terminal; who holds the leash decides when this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminated)
    former: dict[str, str | None] = dict(options.restore)
    child: subprocess.Popen[bytes] | None = None
    try:
        if not options.leave_kernel:
            former = kernel.apply() | former
        _tell(event="ready", kernel=former)
        child = _hold(options.command)
    except _Terminated:
        pass
    finally:
        _stop(child)
        failed = [] if options.leave_kernel and not former else kernel.restore(former)
        _tell(event="restored", failed=failed)
    return 0


class _Terminated(Exception):
    pass


def _terminated(*_: object) -> None:
    raise _Terminated


def _hold(command: list[str]) -> subprocess.Popen[bytes] | None:
    """Start on request, report an end, return at the end of input what still runs."""
    child: subprocess.Popen[bytes] | None = None
    try:
        while True:
            readable, _, _ = select.select([0], [], [], 0.25)
            if child is not None and child.poll() is not None:
                _tell(event="ended", status=child.returncode)
                child = None
            if not readable:
                continue
            if not os.read(0, 4096):
                return child
            if child is None:
                child = subprocess.Popen(
                    command,
                    # Bytecode that root writes would be root's files in the user's checkout.
                    env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                    stdin=subprocess.DEVNULL,
                    stdout=2,
                    start_new_session=True,
                )
                _tell(event="started", pid=child.pid)
    except _Terminated:
        return child


def _stop(child: subprocess.Popen[bytes] | None) -> None:
    if child is None or child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _tell(**fields: Any) -> None:
    try:
        sys.stdout.write(json.dumps(fields) + "\n")
        sys.stdout.flush()
    except OSError:
        # The reader is gone; stopping and restoring matter more than telling it.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115


if __name__ == "__main__":
    sys.exit(main())
