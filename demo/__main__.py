"""`python3 -m demo up|down|status`, as `make demo` and `make demo-stop` call it."""

from __future__ import annotations

import argparse
import sys

from demo.shop import Shop, describe
from stack.refusal import Refusal
from stack.terminal import complain, say


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m demo", description=__doc__)
    parser.add_argument("command", choices=("up", "down", "status"))
    parser.add_argument("--project", default="shop", help="the docker-compose project")
    parser.add_argument("--port", type=int, default=10188, help="published port of the gateway")
    options = parser.parse_args(arguments)
    shop = Shop(options.project, options.port)
    try:
        if options.command == "up":
            shop.up()
            describe(shop)
        elif options.command == "status":
            return 0 if shop.status() else 1
        else:
            shop.down()
            shop.forget_image()
            say("Nothing of the shop is left.")
    except Refusal as refusal:
        complain(str(refusal))
    except KeyboardInterrupt:
        complain("Interrupted; make demo-stop removes what was made.")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
