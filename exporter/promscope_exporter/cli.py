"""`promscope-exporter`: start-up, flags and a clean end."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import platform
import signal
import sys
from collections.abc import Sequence

from promscope_exporter import __version__
from promscope_exporter.collectors.registry import discover
from promscope_exporter.probe import Probe
from promscope_exporter.server import CannotListen
from promscope_exporter.settings import Settings, options, settings
from promscope_wire import log as logs
from promscope_wire.options import InvalidOption, Resolved, add_flags, resolve

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the exporter until SIGTERM or SIGINT. The result is the exit code: 0 ended as asked,
    1 could not start, 2 settings that cannot be used."""
    registrations = discover()
    declared = options({name: one.default for name, one in registrations.items()})
    parser = argparse.ArgumentParser(
        "promscope-exporter",
        description="Exposes hosts, containers, processes and their connections to Prometheus.",
        epilog="Each setting may also be a PROMSCOPE_* variable or stand in --config.file.",
    )
    parser.add_argument(
        "command", nargs="?", choices=("check-config",), help="print the merged settings and end"
    )
    version = f"promscope-exporter {__version__} (Python {platform.python_version()})"
    parser.add_argument("--version", action="version", version=version)
    add_flags(parser, declared)
    flags = vars(parser.parse_args(arguments))
    try:
        resolved: Resolved = resolve(declared, flags)
        chosen = settings(resolved)
    except InvalidOption as error:
        print(f"promscope-exporter: {error}", file=sys.stderr)
        return 2
    if flags["command"] == "check-config":
        print(resolved.dump(), end="")
        return 0
    logs.configure(chosen.log_format, chosen.log_level)
    try:
        asyncio.run(_run(chosen))
    except CannotListen as error:
        print(f"promscope-exporter: {error}", file=sys.stderr)
        return 1
    return 0


async def _run(chosen: Settings) -> None:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    probe = Probe(chosen, discover())
    address = await probe.start()
    log.info("metrics are at http://%s%s", address, chosen.telemetry_path)
    # what start-up made stays: the collector of cycles need not walk it again and again
    gc.collect()
    gc.freeze()
    try:
        await end.wait()
    finally:
        log.info("ending")
        await probe.close()


if __name__ == "__main__":
    sys.exit(main())
