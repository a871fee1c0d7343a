"""Files of control groups, of v1, v2 and hybrid hosts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from promscope_exporter.collectors.container import ContainerCollector
from promscope_exporter.exposition.page import Page
from promscope_exporter.sources.cgroup import Cgroups, Group, container_ids
from promscope_exporter.sources.limits import limits
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.sources.unclaimed import UnclaimedFollower
from tests.fuzz.exposed import sound, through_the_tunnel
from tests.fuzz.folder import scratch
from tests.fuzz.target import Target
from tests.unit.exporter.fakes import ID, OTHER_ID, FakeClock, Tree, context, record

_STALLS = b"some avg10=0.00 avg60=0.00 avg300=0.00 total=123456\nfull avg10=0.00 total=77\n"
_V1 = {
    "cpuacct/cpuacct.usage": b"123456789\n",
    "cpu/cpu.stat": b"nr_periods 10\nnr_throttled 3\nthrottled_time 5000000\n",
    "memory/memory.usage_in_bytes": b"1048576\n",
    "memory/memory.stat": b"cache 10\nrss 20\ntotal_inactive_file 4096\n",
    "memory/memory.oom_control": b"oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
    "blkio/blkio.throttle.io_service_bytes_recursive": b"8:0 Read 4096\n8:0 Write 1\nTotal 4097\n",
}
_V2 = {
    "cpu.stat": b"usage_usec 100\nuser_usec 50\nnr_periods 2\nnr_throttled 1\nthrottled_usec 9\n",
    "memory.current": b"1048576\n",
    "memory.stat": b"anon 10\nfile 20\ninactive_file 4096\n",
    "memory.events": b"low 0\nhigh 0\nmax 0\noom 1\noom_kill 1\n",
    "io.stat": b"8:0 rbytes=4096 wbytes=1 rios=1 wios=1 dbytes=0 dios=0\n8:16 rbytes=5 wbytes=6\n",
    "cpu.pressure": _STALLS,
    "memory.pressure": _STALLS,
}
_STAT = b"10 (a) S 1 1 1 0 -1 4194560 1 0 0 0 50 20 0 0 20 0 3 0 100 8192 12 0 0 0 0\n"
_FIRST = {
    "environ": b"PATH=/bin\0PASSWORD=hunter2\0EMPTY=\0",
    "mountinfo": b"1 0 0:5 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n"
    b"2 1 0:6 / /proc rw shared:1 - proc proc rw\n",
}
_LIMITS = {
    "cpu.max": b"50000 100000\n",
    "memory.max": b"268435456\n",
    "pids.max": b"max\n",
    "cpu/cpu.cfs_quota_us": b"-1\n",
    "cpu/cpu.cfs_period_us": b"100000\n",
    "memory/memory.limit_in_bytes": b"9223372036854771712\n",
}
_MEMBERSHIP = {
    "v1": f"12:memory:/docker/{ID}\n4:cpu,cpuacct:/docker/{ID}\n3:blkio:/docker/{ID}\n",
    "v2": f"0::/system.slice/docker-{ID}.scope\n",
    "hybrid": f"12:memory:/docker/{ID}\n0::/docker/{ID}\n",
    "nested": f"0::/kubepods/pod1/cri-containerd-{ID}.scope/docker/{'b' * 64}\n",
    "own namespace": f"0::/../docker-{ID}.scope\n",
}

_FOLDER = scratch()


def _usage(files: Mapping[str, bytes], name: str, controllers: Mapping[str, str]) -> Target:
    root = Path(_FOLDER, name.replace("/", "-"))
    tree = Tree(root)
    for path, content in files.items():
        tree.write(path, content)
    group = Group({one: str(root / where) for one, where in controllers.items()})

    def call(data: bytes) -> object:
        tree.write(name, data)
        usage = group.usage()
        devices = len(usage.disk_read or ()), len(usage.pressure)
        return usage.cpu_seconds is None, usage.memory_working_set is None, devices

    return Target(call, [files[name]])


def _limits(name: str) -> Target:
    root = Path(_FOLDER, f"limits-{name.replace('/', '-')}")
    tree = Tree(root)
    version = {one: content for one, content in _LIMITS.items() if ("/" in one) == ("/" in name)}
    for path, content in version.items():
        tree.write(path, content)
    controllers = ("cpu", "memory", "pids") if "/" in name else ("",)
    group = Group({one: str(root / one) for one in controllers})

    def call(data: bytes) -> object:
        tree.write(name, data)
        cores, memory, tasks = limits(group)
        told = record(cpu_limit_cores=cores, memory_limit_bytes=memory, pids_limit=tasks)
        through_the_tunnel(told)
        return cores is None, memory is None, tasks is None

    return Target(call, [_LIMITS[name]])


def _unclaimed(name: str) -> Target:
    """A container that no engine tells of, one file of whose first process lies."""
    root = f"{_FOLDER}/unclaimed-{name}"
    tree = Tree(f"{root}/proc")
    tree.write("stat", b"cpu  1 1 1 1 1 1 1 1 0 0\nbtime 1900000000\n")
    scope = "0::/kubepods/pod1/cri-containerd-{}.scope\n"
    for pid, one in ((10, ID), (11, OTHER_ID)):
        tree.process(pid, "app", cgroup=scope.format(one))
        for file, content in _FIRST.items():
            tree.write(f"{pid}/{file}", content)

    def call(data: bytes) -> object:
        tree.write(f"10/{name}", data)
        cgroups = Cgroups(Procfs(str(tree.root)), f"{root}/sys")
        follower = UnclaimedFollower(Procfs(str(tree.root)), cgroups, context(root).inventory)
        follower.look()
        found = follower.look()
        assert found[OTHER_ID] is not None
        for one in found.values():
            if one is not None:
                through_the_tunnel(one)
        return len(found)

    seeds = {**_FIRST, "cgroup": scope.format(ID).encode(), "stat": _STAT}
    return Target(call, [seeds[name]])


def _collector() -> Target:
    """A container whose /proc/PID/cgroup lies; on a hybrid host."""
    root = f"{_FOLDER}/collector"
    tree = Tree(root)
    for path, content in _V1.items():
        controller, _, file = path.partition("/")
        tree.write(f"sys/fs/cgroup/{controller}/docker/{ID}/{file}", content)
    tree.write("sys/fs/cgroup/unified/cgroup.controllers", b"cpu\n")
    tree.write(f"sys/fs/cgroup/unified/docker/{ID}/cpu.pressure", _STALLS)
    tree.write("proc/uptime", b"1000 1\n")

    def call(data: bytes) -> object:
        tree.write("proc/100/cgroup", data)
        one = context(root, FakeClock())
        one.inventory.update("sync", record(pid=100))
        one.inventory.update("sync", record("b" * 64, name="neighbour"))
        page = Page(1.0, 15.0, 10_000)
        ContainerCollector(one).collect(page)
        assert b'name="neighbour"' in b"".join(page.render())
        return sound(page)

    return Target(call, [text.encode() for text in _MEMBERSHIP.values()])


def _membership() -> Target:
    """The lines of /proc/PID/cgroup on a host of each kind."""
    trees = []
    for kind in ("v1", "v2", "hybrid"):
        tree = Tree(f"{_FOLDER}/{kind}")
        for controller in ("memory", "cpu,cpuacct", "blkio"):
            tree.write(f"sys/fs/cgroup/{controller}/docker/tasks", b"")
        if kind != "v1":
            where = "" if kind == "v2" else "unified/"
            tree.write(f"sys/fs/cgroup/{where}cgroup.controllers", b"cpu\n")
        trees.append(tree)

    def call(data: bytes) -> object:
        answers: list[object] = [len(container_ids(data.decode("utf-8", "replace")))]
        for tree in trees:
            tree.write("proc/100/cgroup", data)
            cgroups = Cgroups(Procfs(f"{tree.root}/proc"), f"{tree.root}/sys")
            group = cgroups.group(100)
            if group is not None:
                group.usage()
            answers += [len(cgroups.container_ids(100)), group is None]
            answers.append(cgroups.unified_id(100) is None)
            cgroups.group(100, ID)
        return tuple(answers)

    return Target(call, [text.encode() for text in _MEMBERSHIP.values()])


_CONTROLLERS = {one: one for one in ("cpu", "cpuacct", "memory", "blkio")}

TARGETS = {
    "membership": _membership(),
    "collector": _collector(),
    **{name.replace("/", "-"): _usage(_V1, name, _CONTROLLERS) for name in _V1},
    **{name: _usage(_V2, name, {"": ""}) for name in _V2},
    **{f"limits-{name.replace('/', '-')}": _limits(name) for name in _LIMITS},
    **{f"unclaimed-{name}": _unclaimed(name) for name in ("stat", "cgroup", *_FIRST)},
}
