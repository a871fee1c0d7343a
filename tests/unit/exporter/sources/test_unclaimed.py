import asyncio
import os

import pytest

from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.processes import KERNEL_THREAD, TICKS_PER_SECOND
from promscope_exporter.sources.unclaimed import UnclaimedFollower
from tests.unit.exporter.fakes import ID, OTHER_ID, Tree, context, record, until

NODE, OTHER = f"container:{ID[:12]}", f"container:{OTHER_ID[:12]}"
POD = "0a1b2c3d-0000-1111-2222-334455667788"
KUBELET = f"/kubepods/burstable/pod{POD}/{ID}"
SYSTEMD = f"/kubepods.slice/kubepods-pod{POD.replace('-', '_')}.slice/cri-containerd-{ID}.scope"
CRIO = f"/kubepods.slice/kubepods-pod{POD.replace('-', '_')}.slice/crio-{ID}.scope"
SHIM = b"/usr/bin/containerd-shim-runc-v2\0-namespace\0%b\0-id\0x\0"


class World:
    def __init__(self, folder):
        self.proc, self.sys = Tree(folder / "proc"), Tree(folder / "sys")
        self.proc.write("stat", "btime 1700000000\n")
        self.sys.write("fs/cgroup/cgroup.controllers", "cpu memory pids\n")
        self.context = context(folder)
        self.inventory = self.context.inventory
        self.follower = UnclaimedFollower(
            self.context.procfs,
            Cgroups(self.context.procfs, f"{folder}/sys"),
            self.inventory,
            look_seconds=0.005,
        )

    def process(self, pid, cgroup, **fields):
        self.proc.process(pid, "nginx", cgroup=f"0::{cgroup}\n", **fields)
        self.link(pid, "ns/net", f"net:[{fields.get('space', 5)}]")

    def shim(self, pid, namespace=b"k8s.io"):
        self.proc.process(pid, "containerd-shim", cmdline=SHIM % namespace)

    def link(self, pid, name, target):
        path = self.proc.root / str(pid) / name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    def look(self, times=2):
        for _ in range(times):
            found = self.follower.look()
            self.follower._tell(found)

    def record(self, node=NODE):
        container = self.inventory.containers().get(node)
        return container.record if container else None


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.mark.parametrize(
    ("cgroup", "runtime"), [(KUBELET, "containerd"), (SYSTEMD, "containerd"), (CRIO, "cri-o")]
)
def test_of_a_pod(world, cgroup, runtime):
    world.shim(9)
    world.process(10, cgroup, parent=9, start=500)
    world.process(11, cgroup, parent=10, start=600)
    world.proc.write("10/environ", "PATH=/bin\0TOKEN=hunter2\0")
    world.proc.write(
        "10/mountinfo",
        "1 2 0:3 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/snap/7/fs,workdir=/w\n",
    )
    world.sys.write(f"fs/cgroup{cgroup}/memory.max", "1048576\n")
    world.look()
    found = world.record()
    assert (found.id, found.name, found.runtime, found.state) == (ID, ID[:12], runtime, "running")
    assert (found.pid, found.image) == (10, "")
    assert found.started == 1_700_000_000 + 500 / TICKS_PER_SECOND
    assert found.labels == {"io.kubernetes.pod.uid": POD}
    assert found.environment == {"PATH": "***", "TOKEN": "***"}
    assert found.memory_limit_bytes == 1 << 20
    assert found.layer == "/snap/7/fs"
    assert "hunter2" not in str(found)


def test_one_look_is_not_enough_because_an_engine_may_yet_tell(world):
    world.process(10, CRIO)
    world.look(1)
    assert world.record() is None
    world.inventory.update("create", record(), "unix:///engine")
    world.look(3)
    assert world.record().runtime == "docker"


def test_an_engine_that_tells_later_knows_more(world):
    world.process(10, CRIO)
    world.look()
    world.inventory.update("sync", record(), "unix:///engine")
    world.proc.remove(10)
    world.look()
    assert world.record().state == "running", "its end is the engine's to tell"


def test_its_end(world):
    world.process(10, CRIO)
    world.look()
    world.proc.remove(10)
    world.look(1)
    assert world.record().state == "removed"
    world.process(12, CRIO, start=900)
    world.look()
    assert (world.record().state, world.record().pid) == ("running", 12)


@pytest.mark.parametrize(
    "cgroup", [f"/docker/{ID}", f"/system.slice/docker-{ID}.scope", f"/libpod_parent/libpod-{ID}"]
)
def test_d2_those_of_an_engine_are_left_to_it(world, cgroup):
    world.process(10, cgroup)
    world.look(3)
    assert world.record() is None


def test_d2_docker_by_its_shim_whatever_the_group_is_called(world):
    world.shim(9, b"moby")
    world.process(10, f"/batch/{ID}", parent=9)
    world.look(3)
    assert world.record() is None
    world.inventory.hide(NODE)
    world.process(11, f"/batch/{ID}/inner/{OTHER_ID}")
    world.look(3)
    assert world.inventory.containers() == {}


def test_containers_inside_a_known_one_are_its_own(world):
    world.inventory.update("sync", record(), "unix:///engine")
    world.process(10, f"/docker/{ID}/x/{OTHER_ID}")
    world.look(3)
    assert world.record(OTHER) is None


def test_the_containers_of_a_pod_share_its_network(world):
    world.process(10, f"/kubepods/pod{POD}/{ID}", start=100)
    world.process(20, f"/kubepods/pod{POD}/{OTHER_ID}", start=200)
    world.process(30, f"/kubepods/pod{POD}/{'d' * 64}", space=6)
    world.proc.process(1, "init")
    world.link(1, "ns/net", "net:[6]")
    world.look()
    assert world.record().network_mode == ""
    assert world.record(OTHER).network_mode == f"container:{ID}"
    assert world.record("container:" + "d" * 12).network_mode == "host"


def test_a_process_that_is_moved_just_after_it_was_made(world):
    world.process(10, "/")
    world.look(1)
    world.process(10, CRIO)
    world.look(2)
    assert world.record().pid == 10


def test_nonsense_costs_only_itself(world):
    world.process(10, CRIO)
    world.proc.process(11, "kthreadd", flags=KERNEL_THREAD)
    world.proc.write("12/stat", "nonsense")
    world.proc.write("13/cgroup", os.urandom(200))
    world.process(14, f"/x/{OTHER_ID}")
    world.proc.write("14/stat", "nonsense")
    world.look(3)
    assert world.inventory.containers().keys() == {NODE}


async def test_it_runs_until_it_is_cancelled(world):
    world.process(10, CRIO)
    task = asyncio.create_task(world.follower.run())
    await until(lambda: world.record() is not None)
    world.proc.remove(10)
    await until(lambda: world.record().state == "removed")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
