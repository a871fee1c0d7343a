"""Other engines than Docker's, really run: Podman by its socket, containerd by its groups."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from promscope_exporter.collectors.container import ContainerCollector
from promscope_exporter.collectors.process import ProcessCollector
from promscope_exporter.collectors.registry import Context
from promscope_exporter.commands import Commands
from promscope_exporter.exposition.page import Page
from promscope_exporter.host import detect
from promscope_exporter.inventory import Inventory
from promscope_exporter.live.answers import answers
from promscope_exporter.settings import Settings
from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.docker import DockerFollower
from promscope_exporter.sources.engine import Engine
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.sources.unclaimed import UnclaimedFollower
from promscope_exporter.tunnel.lifecycle import Lifecycle
from promscope_wire import ids
from promscope_wire.frames import ContainerRecord
from tests.acceptance.containerd import Containerd
from tests.acceptance.podman import IMAGE, Podman
from tests.unit.exporter.fakes import samples, until

PATIENCE = 90.0


class Probe:
    """Inventory and collectors; what follows an engine is the test's choice."""

    def __init__(self) -> None:
        clock = Clock()
        self.inventory = Inventory(clock, 0.001)
        self.context = Context(Settings(), detect(), clock, Procfs(), self.inventory, Commands())
        self._collectors = (ContainerCollector(self.context), ProcessCollector(self.context))

    def record(self, node: str) -> ContainerRecord | None:
        found = self.inventory.containers().get(node)
        return found.record if found else None

    def state(self, node: str) -> str:
        found = self.record(node)
        return found.state if found else ""

    def pid(self, node: str) -> int:
        """0 while only an event tells of it, not yet the engine's description."""
        found = self.record(node)
        return found.pid if found else 0

    def collect(self, node: str) -> dict[str, float]:
        """The samples of one container by name; of several of one name, any."""
        page = Page(self.context.clock.monotonic(), 0.001, 100_000)
        for collector in self._collectors:
            collector.collect(page)
        short = node.removeprefix("container:")
        return {
            name.partition("{")[0]: value
            for name, value in samples(page).items()
            if f'container_id="{short}"' in name
        }


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    with Podman(tmp_path_factory.mktemp("podman")) as podman:
        yield podman


@pytest.fixture
async def follower(podman: Podman) -> AsyncIterator[Probe]:
    probe = Probe()
    following = DockerFollower(Engine(podman.address), probe.inventory, probe.context.status)
    task = asyncio.create_task(following.run())
    await asyncio.wait_for(following.settled.wait(), PATIENCE)
    yield probe
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_container_of_podman_and_its_life(podman: Podman, follower: Probe) -> None:
    options = ("--memory=64m", "-e", "TOKEN=hunter2", "-v", "t-vol:/data", "--label=team=a")
    container_id = await asyncio.to_thread(
        podman.docker, "run", "-d", "--name=t-engines-one", *options, IMAGE, "/bin/sleep", "1000"
    )
    node = ids.container(container_id)
    await until(lambda: follower.pid(node), PATIENCE)
    record = follower.record(node)
    assert record is not None
    assert (record.runtime, record.name, record.id) == ("podman", "t-engines-one", container_id)
    assert (record.environment["TOKEN"], record.labels["team"]) == ("***", "a")
    assert record.memory_limit_bytes == 64 << 20
    assert [(one.kind, one.name, one.destination) for one in record.mounts] == [
        ("volume", "t-vol", "/data")
    ]
    assert record.image.startswith("localhost/t-podman")
    assert follower.inventory.containers()[node].newborn

    # the runtime moves the first process into its group and names it a moment after it began
    await until(lambda: "promscope_container_processes" in follower.collect(node), PATIENCE)
    found = follower.collect(node)
    assert found["promscope_container_cpu_seconds_total"] >= 0
    assert 0 < found["promscope_container_memory_working_set_bytes"] < 64 << 20
    assert found["promscope_container_processes"] >= 1
    live = answers(follower.context)
    await until(lambda: [one.command for one in live.processes(node)] == ["sleep"], PATIENCE)
    assert "hunter2" not in str(await asyncio.to_thread(live.inspection, node))

    await asyncio.to_thread(podman.docker, "pause", "t-engines-one")
    await until(lambda: follower.state(node) == "paused", PATIENCE)
    await asyncio.to_thread(podman.docker, "unpause", "t-engines-one")
    await until(lambda: follower.state(node) == "running", PATIENCE)
    lifecycle = Lifecycle(podman.address)
    assert await lifecycle.act("stop", record, {"timeout_seconds": 0}, lambda: None) is None
    await until(lambda: follower.state(node) == "exited", PATIENCE)
    assert await lifecycle.act("remove", record, {}, lambda: None) is None
    await until(lambda: follower.state(node) == "removed", PATIENCE)
    assert follower.inventory.events(node)["die"] == 1


async def test_d2_opted_out_of_podman(podman: Podman, follower: Probe) -> None:
    container_id = await asyncio.to_thread(
        podman.docker,
        *("run", "-d", "--label=promscope.enable=false", IMAGE, "/bin/sleep", "1000"),
    )
    node = ids.container(container_id)
    await until(lambda: follower.inventory.hidden(node), PATIENCE)
    looking = UnclaimedFollower(Procfs(), Cgroups(Procfs()), follower.inventory)
    for _ in range(3):
        assert container_id not in looking.look()
    assert follower.record(node) is None
    assert follower.collect(node) == {}
    live = answers(follower.context)
    for question in (live.processes, live.connections, live.inspection):
        with pytest.raises(LookupError):
            await asyncio.to_thread(question, node)
    await asyncio.to_thread(podman.docker, "rm", "-f", container_id)


async def test_a_container_of_containerd_alone(tmp_path: Path) -> None:
    probe = Probe()
    following = UnclaimedFollower(Procfs(), Cgroups(Procfs()), probe.inventory, look_seconds=0.2)
    with Containerd(tmp_path / "containerd") as containerd:
        container_id = await asyncio.to_thread(
            containerd.run, "--memory-limit=33554432", "--env=TOKEN=hunter2"
        )
        node = ids.container(container_id)
        task = asyncio.create_task(following.run())
        await until(lambda: probe.state(node) == "running", PATIENCE)
        record = probe.record(node)
        assert record is not None
        assert (record.runtime, record.id, record.image) == ("containerd", container_id, "")
        assert record.memory_limit_bytes == 32 << 20
        assert record.environment["TOKEN"] == "***"
        await until(lambda: "promscope_container_processes" in probe.collect(node), PATIENCE)
        found = probe.collect(node)
        assert 0 < found["promscope_container_memory_working_set_bytes"] < 32 << 20
        assert record.pid in {one.pid for one in answers(probe.context).processes(node)}
        await asyncio.to_thread(containerd.remove, container_id)
        await until(lambda: probe.state(node) == "removed", PATIENCE)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
