"""The probe: everything of one exporter put together, started and ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from promscope_exporter.collectors.registry import Context, Registration, is_linux
from promscope_exporter.collectors.runner import Runner
from promscope_exporter.commands import Commands
from promscope_exporter.host import detect
from promscope_exporter.inventory import Inventory
from promscope_exporter.ladder import Ladder
from promscope_exporter.pages import Pages
from promscope_exporter.server import Server
from promscope_exporter.settings import Settings
from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.docker import DockerFollower
from promscope_exporter.sources.engine import Engine
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.sources.unclaimed import UnclaimedFollower
from promscope_exporter.tunnel.queries import Live
from promscope_wire.profiling import Profiler
from promscope_wire.web.address import Address
from promscope_wire.web.gate import Gate
from promscope_wire.web.sockets import bound, inherited, where

log = logging.getLogger(__name__)


class Probe:
    """Make it (raises InvalidWebConfig), `start` it on a running event loop, `close` it."""

    def __init__(self, settings: Settings, registrations: Mapping[str, Registration]) -> None:
        clock = Clock()
        self.settings = settings
        self.context = Context(
            settings=settings,
            host=detect(settings.rootfs, settings.host_id),
            clock=clock,
            procfs=Procfs(settings.procfs),
            inventory=Inventory(clock, settings.scrape_interval),
            commands=Commands(),
            ladder=Ladder(settings.cpu_budget, settings.scrape_interval),
        )
        enabled = {name: one for name, one in registrations.items() if name in settings.collectors}
        self._runner = Runner(self.context, enabled)
        self._engines = [
            DockerFollower(Engine(address), self.context.inventory, self.context.status)
            for address in settings.docker_hosts
        ]
        self._unclaimed = UnclaimedFollower(
            self.context.procfs,
            Cgroups(self.context.procfs, settings.sysfs),
            self.context.inventory,
        )
        pages = Pages(
            self._runner,
            settings.telemetry_path,
            [engine.settled for engine in self._engines],
            Profiler() if settings.enable_profile else None,
        )
        gate = Gate(settings.web_config_file)
        self.scheme = "http" if gate.tls is None else "https"
        self._server = Server(
            pages, gate, settings.max_requests, count=self.context.status.answered
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> tuple[Address, ...]:
        """Begin to serve; the addresses that are listened on. Raises CannotListen."""
        settings = self.settings
        listeners = inherited() if settings.systemd_socket else bound(settings.listen)
        addresses = tuple(map(where, listeners))
        await self._server.start(listeners)
        if is_linux():
            self._spawn("looking for containers without an engine", self._unclaimed.run())
        for engine in self._engines:
            self._spawn("following a container engine", engine.run())
        if self.settings.api_urls:
            # costs memory that a plain exporter need not spend
            from promscope_exporter.tunnel.client import TunnelClient  # noqa: PLC0415

            client = TunnelClient(self.context, _answers(self.context))
            self._spawn("the tunnel", client.run())
        return addresses

    async def close(self) -> None:
        """End serving, following and the tunnels, and let go of what collectors hold."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.close()
        await self._runner.close()

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_report)
        self._tasks.append(task)


def _answers(context: Context) -> Live:
    # each imports what only its own kind of system has
    if is_linux():
        from promscope_exporter.live.answers import answers  # noqa: PLC0415
    else:
        from promscope_exporter.portable.live import answers  # noqa: PLC0415
    return answers(context)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception():
        log.error("%s ended: %s", task.get_name(), task.exception(), exc_info=task.exception())
