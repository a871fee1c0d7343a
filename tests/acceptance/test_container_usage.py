"""The probe's own view of a real container: what the engine and the kernel say of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from demo.engine import docker
from promscope_exporter.collectors.container import ContainerCollector
from promscope_exporter.collectors.process import ProcessCollector
from promscope_exporter.collectors.registry import Context
from promscope_exporter.collectors.storage import StorageCollector
from promscope_exporter.commands import Commands
from promscope_exporter.exposition.page import Page
from promscope_exporter.host import detect
from promscope_exporter.inventory import Inventory
from promscope_exporter.live.processes import LiveProcesses
from promscope_exporter.settings import Settings
from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.docker import DockerFollower
from promscope_exporter.sources.engine import Engine
from promscope_exporter.sources.procfs import Procfs
from tests.acceptance.scratch import Scratch
from tests.unit.exporter.fakes import samples, until

pytestmark = pytest.mark.docker

ENGINE = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
BUSY = "while :; do :; done"


class Probe:
    """Inventory and collectors without a server, following the real engine."""

    def __init__(self) -> None:
        clock = Clock()
        inventory = Inventory(clock, 0.001)
        self.context = Context(Settings(), detect(), clock, Procfs(), inventory, Commands())
        self.inventory = inventory
        self.follower = DockerFollower(Engine(ENGINE), inventory, self.context.status)
        self.containers = ContainerCollector(self.context)
        self.processes = ProcessCollector(self.context)

    def state(self, node: str) -> str | None:
        found = self.inventory.containers().get(node)
        return found.record.state if found else None

    def collect(self, node: str) -> dict[str, float]:
        """The samples of one container, by name and the labels behind its identity."""
        page = Page(self.context.clock.monotonic(), 0.001, 100_000)
        self.containers.collect(page)
        self.processes.collect(page)
        short = node.removeprefix("container:")
        found = {}
        for series, value in samples(page).items():
            name, _, labels = series.partition("{")
            if f'container_id="{short}"' in labels:
                rest = ",".join(labels.rstrip("}").split(",")[2:])
                found[name + (f"{{{rest}}}" if rest else "")] = value
        return found


@pytest.fixture
async def probe(docker_engine: None) -> AsyncIterator[Probe]:
    one = Probe()
    task = asyncio.create_task(one.follower.run())
    await one.follower.settled.wait()
    yield one
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_limits_usage_and_life(probe: Probe, scratch: Scratch) -> None:
    limits = ("--cpus=0.2", "--memory=64m", "--pids-limit=20")
    name, node = await asyncio.to_thread(
        lambda: scratch.run(*limits, "-e", "TOKEN=hunter2", command=BUSY)
    )
    await until(lambda: probe.state(node) == "running")
    # its process is known only once the engine was asked after it
    await until(lambda: probe.inventory.containers()[node].record.pid)
    record = probe.inventory.containers()[node].record
    assert record.environment["TOKEN"] == "***"
    assert probe.inventory.containers()[node].newborn

    # enough periods of its processor limit to have been held back in some
    await until(
        lambda: probe.collect(node).get("promscope_container_cpu_throttled_periods_total", 0) > 2
    )
    found = probe.collect(node)
    assert found["promscope_container_cpu_limit_cores"] == 0.2
    assert found["promscope_container_memory_limit_bytes"] == 64 << 20
    assert found["promscope_container_pids_limit"] == 20
    assert found["promscope_container_cpu_seconds_total"] > 0
    assert found["promscope_container_cpu_throttled_seconds_total"] > 0
    assert 0 < found["promscope_container_memory_working_set_bytes"] < 64 << 20
    assert found["promscope_container_processes"] == 2
    assert found["promscope_container_open_fds"] > 0
    assert "promscope_container_network_receive_bytes_total" in found
    live = LiveProcesses(probe.context)(node)
    assert {one.pid for one in live} >= {record.pid}

    await asyncio.to_thread(docker, "pause", name)
    await until(lambda: probe.state(node) == "paused")
    await asyncio.to_thread(docker, "unpause", name)
    await until(lambda: probe.state(node) == "running")

    before = probe.collect(node)["promscope_container_cpu_seconds_total"]
    await asyncio.to_thread(docker, "restart", "-t", "0", name)
    await until(lambda: probe.inventory.containers()[node].record.pid not in (0, record.pid))
    assert probe.collect(node)["promscope_container_cpu_seconds_total"] >= before

    await asyncio.to_thread(docker, "rm", "-f", name)
    await until(lambda: probe.state(node) == "removed")
    assert probe.collect(node)['promscope_container_state{state="removed"}'] == 1


async def test_network_of_the_host_and_opted_out(probe: Probe, scratch: Scratch) -> None:
    _, shared = await asyncio.to_thread(scratch.run, "--network=host")
    _, hidden = await asyncio.to_thread(scratch.run, "--label=promscope.enable=false")
    await until(lambda: probe.state(shared) == "running" and probe.inventory.hidden(hidden))
    found = probe.collect(shared)
    assert "promscope_container_cpu_seconds_total" in found
    assert not any(name.startswith("promscope_container_network") for name in found)
    assert probe.collect(hidden) == {}


async def test_disk_space_of_layer_and_volume(probe: Probe, scratch: Scratch) -> None:
    write = "dd if=/dev/zero of={} bs=1024 count=2048"
    command = f"{write.format('/layer')}; {write.format('/data/file')}; exec sleep 1000"
    _, node = await asyncio.to_thread(lambda: scratch.run("-v", "/data", command=command))
    storage = StorageCollector(probe.context)
    found: dict[str, float] = {}

    def measured() -> bool:
        page = Page(probe.context.clock.monotonic(), 0.001, 100_000)
        storage.collect(page)
        short = node.removeprefix("container:")
        for series, value in samples(page).items():
            if f'container_id="{short}"' in series:
                found[series.partition("{")[0]] = value
        return len(found) == 2

    # after it was written: what is measured too early is measured again minutes later only
    await until(lambda: probe.state(node) == "running")
    await until(
        lambda: [one.command for one in LiveProcesses(probe.context)(node)][-1:] == ["sleep"]
    )
    try:
        await until(measured, 90)
    finally:
        storage.close()
    assert found["promscope_container_writable_layer_bytes"] >= 2 << 20
    assert found["promscope_container_volume_bytes"] >= 2 << 20
