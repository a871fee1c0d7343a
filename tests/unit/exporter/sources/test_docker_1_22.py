"""Docker 1.10 and 1.11: the SDK refuses their API, the follower does not."""

import asyncio
import json

import pytest

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources import docker_record
from promscope_exporter.sources.docker import DockerFollower
from promscope_exporter.sources.engine import Engine
from promscope_exporter.status import Status
from promscope_wire.frames import Mount, Network, Port
from tests.unit.exporter import docker_1_22
from tests.unit.exporter.docker_1_22 import ID, OTHER_ID
from tests.unit.exporter.fakes import FakeClock, FakeEngine, until

NODE, OTHER = f"container:{ID[:12]}", f"container:{OTHER_ID[:12]}"


def test_an_inspection():
    record = docker_record.from_inspect(json.dumps(docker_1_22.inspected()).encode())
    assert (record.id, record.name, record.state, record.pid) == (
        ID, "my-container", "running", 4242,
    )  # fmt: skip
    assert (record.cpu_limit_cores, record.memory_limit_bytes, record.pids_limit) == (
        0.5, 64 << 20, None,
    )  # fmt: skip
    assert record.environment == {"PATH": "***", "PASSWORD": "***"}
    assert record.ports == (Port(22, "tcp", "0.0.0.0", 11022),)
    assert record.networks == (Network("bridge", ("172.17.0.2",), "02:42:ac:12:00:02"),)
    assert record.mounts == (
        Mount("volume", "/var/lib/docker/volumes/fac362/_data", "/data", True, "fac362"),
        Mount("bind", "/srv", "/srv"),
    )
    assert (record.restarts, record.restart_policy, record.health) == (1, "on-failure", "")
    assert record.layer == "", "device mapper has no folder"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Up 2 hours", "running"),
        ("Up 2 hours (Paused)", "paused"),
        ("Exited (137) 3 minutes ago", "exited"),
        ("Exit 0", "exited"),
        ("Restarting (1) 2 seconds ago", "restarting"),
        ("Created", "created"),
        ("Dead", "dead"),
        ("", "created"),
    ],
)
def test_the_list_has_no_state_but_words(status, state):
    (item,) = docker_record.listed(json.dumps([docker_1_22.listed(status=status)]).encode())
    assert docker_record.from_listed(item).state == state


async def test_it_is_followed(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        listed = [docker_1_22.listed(), docker_1_22.listed(OTHER_ID, "Exited (0) 3 days ago")]
        fake.raw = {
            "/_ping": docker_1_22.PING,
            "/containers/json": docker_1_22.http(json.dumps(listed).encode()),
        }
        fake.containers[ID] = docker_1_22.inspected()
        fake.raw[f"/containers/{OTHER_ID}/json"] = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"
        inventory, status = Inventory(FakeClock(), 15.0), Status()
        follower = DockerFollower(Engine(fake.address), inventory, status)
        task = asyncio.create_task(follower.run())
        await asyncio.wait_for(follower.settled.wait(), 30)
        assert status.capabilities()["docker"]
        assert inventory.containers()[NODE].record.pid == 4242
        assert inventory.containers()[OTHER].record.state == "exited"

        fake.containers[ID] = docker_1_22.inspected(pid=4343)
        fake.tell_raw(docker_1_22.event("restart") + b"\n")
        await until(lambda: inventory.containers()[NODE].record.pid == 4343)
        fake.tell_raw(docker_1_22.event("destroy") + b"\n")
        await until(lambda: inventory.containers()[NODE].removed)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not any(path.startswith("/v") for path in fake.asked), "its own version is asked"
