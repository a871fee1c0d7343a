"""`promscope-exporter`: start-up, flags and a clean end."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from promscope_exporter import __version__
from promscope_exporter.collectors.registry import discover
from promscope_exporter.probe import Probe
from promscope_exporter.settings import Settings, options, settings
from promscope_wire.service import Service
from promscope_wire.web.config import InvalidWebConfig
from promscope_wire.web.sockets import CannotListen

_MAX_FILES = 65536

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the exporter until SIGTERM or SIGINT. The result is the exit code."""
    return Service(
        "promscope-exporter",
        __version__,
        "Exposes hosts, containers, processes and their connections to Prometheus.",
        options({name: one.default for name, one in discover().items()}),
        settings,
        lambda chosen: asyncio.run(_run(chosen)),
        (CannotListen, InvalidWebConfig),
    ).main(arguments)


async def _run(chosen: Settings) -> None:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    _allow_files()
    probe = Probe(chosen, discover())
    for address in await probe.start():
        log.info("metrics are at %s://%s%s", probe.scheme, address, chosen.telemetry_path)
    # what start-up made stays: the collector of cycles need not walk it again and again
    gc.collect()
    gc.freeze()
    try:
        await end.wait()
    finally:
        log.info("ending")
        await probe.close()


def _allow_files() -> None:
    """As many descriptors as this user may have: the usual soft limit of 1,024 is for programs
    that use select(2), and idle clients must not leave none for /proc."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    sys.exit(main())
