"""`python3 -m stack COMMAND`, as the Makefile calls it."""

from __future__ import annotations

import argparse
import sys

from stack import environment, lint, lock, page, plugin, run, tests, tools
from stack.places import ROOT
from stack.refusal import Refusal
from stack.terminal import complain, say


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m stack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("env", "dev-env", "page", "plugin", "run", "lint", "test-tools", "lock"):
        commands.add_parser(name)
    test = commands.add_parser("test")
    test.add_argument("--all-backends", action="store_true")
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except Refusal as refusal:
        complain(str(refusal))
    except KeyboardInterrupt:
        complain("Interrupted.")
    return 1


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "env":
            environment.make("run")
        case "dev-env":
            environment.make("dev")
        case "page":
            say("The page was built." if page.build() else "The page is up to date.")
        case "plugin":
            say(f"{plugin.build()}")
        case "run":
            return run.main()
        case "lint":
            return lint.main()
        case "test-tools":
            tools.install()
            environment.make("dev")
            page.modules(ROOT / "tests" / "oidc")
        case "test":
            return tests.main(all_backends=options.all_backends)
        case "lock":
            lock.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
