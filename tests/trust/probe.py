"""The tunnel side of a real exporter, on the test's own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from promscope_exporter.activity import Activities
from promscope_exporter.collectors.registry import Context
from promscope_exporter.commands import Commands
from promscope_exporter.host import Host
from promscope_exporter.inventory import Inventory
from promscope_exporter.settings import Settings
from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.docker import DockerFollower
from promscope_exporter.sources.engine import Engine
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.status import Status
from promscope_exporter.tunnel.client import TunnelClient
from promscope_exporter.tunnel.queries import Live
from promscope_wire.client_tls import ClientTls
from promscope_wire.frames import ConnectionRecord, ContainerRecord, ProcessRecord

HOST_ID = "host-a"
FULL_ID = "0123456789ab" + "c" * 52
NODE = "container:0123456789ab"
NO_ENGINE = "unix:///nonexistent/docker.sock"


def record(state: str = "running", container_id: str = FULL_ID, **more: object) -> ContainerRecord:
    """A container named `web`, unless said otherwise."""
    fields: dict[str, object] = {"name": "web", "image": "shop", "image_id": "", **more}
    node = f"container:{container_id[:12]}"
    return ContainerRecord(node=node, id=container_id, state=state, **fields)  # type: ignore[arg-type]


@dataclass
class RunningProbe:
    inventory: Inventory
    status: Status
    activities: Activities
    url: str

    @property
    def connected(self) -> bool:
        return self.status.tunnels().get(self.url, False)


def make_context(settings: Settings, epoch: str = "") -> Context:
    clock = Clock()
    return Context(
        settings=settings,
        host=Host(settings.host_id or HOST_ID, "machine-a"),
        clock=clock,
        procfs=Procfs("/proc"),
        inventory=Inventory(clock, 15.0, epoch),
        commands=Commands(),
        status=Status(),
    )


@asynccontextmanager
async def running_probe(
    url: str,
    secret_file: str,
    *,
    control: tuple[str, ...] = ("lifecycle",),
    docker_host: str = NO_ENGINE,
    follow: bool = False,
    host_id: str = "",
    storage_path: str = "",
    join_token_file: str = "",
    tls: ClientTls = ClientTls(),  # noqa: B008 - immutable
    processes: Sequence[ProcessRecord] = (),
    connections: Sequence[ConnectionRecord] = (),
) -> AsyncIterator[RunningProbe]:
    """`follow`: the inventory is the engine's; else the test fills it."""
    settings = Settings(
        api_urls=(url,),
        api_secret_file=secret_file,
        api_join_token_file=join_token_file,
        control=control,
        docker_hosts=(docker_host,),
        host_id=host_id,
        storage_path=storage_path,
        api_tls=tls,
    )
    context = make_context(settings)
    live = Live(lambda _: processes, lambda _: connections, lambda _: {}, lambda _: [])
    client = TunnelClient(context, live)
    tasks = [asyncio.create_task(client.run())]
    if follow:
        follower = DockerFollower(Engine(docker_host), context.inventory, context.status)
        tasks.append(asyncio.create_task(follower.run()))
    try:
        yield RunningProbe(context.inventory, context.status, context.activities, url)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
