"""One container on v1, v2 and hybrid, from trees as the kernel lays them out."""

import pytest

from promscope_exporter.sources.cgroup import Cgroups, container_ids
from promscope_exporter.sources.procfs import Procfs
from tests.unit.exporter.fakes import ID, OTHER_ID, Tree

PSI = "some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\nfull avg10=0.00 total=1000000\n"
V1_CONTROLLERS = ("cpu", "cpuacct", "memory", "blkio", "pids")


def v1_lines(path):
    return "".join(f"{n}:{name}:{path}\n" for n, name in enumerate(V1_CONTROLLERS, 2))


def v1(sysfs, path):
    cgroup = f"fs/cgroup/{{}}{path}/{{}}"
    for controller, name, content in (
        ("cpuacct", "cpuacct.usage", "2500000000\n"),
        ("cpu", "cpu.stat", "nr_periods 40\nnr_throttled 4\nthrottled_time 500000000\n"),
        ("memory", "memory.usage_in_bytes", "10000000\n"),
        ("memory", "memory.stat", "inactive_file 1\ntotal_inactive_file 4000000\n"),
        ("memory", "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n"),
        (
            "blkio",
            "blkio.throttle.io_service_bytes_recursive",
            "8:0 Read 100\n8:0 Write 20\n8:0 Total 120\n8:16 Read 1\nTotal 121\n",
        ),
        ("pids", "pids.current", "3\n"),
    ):
        sysfs.write(cgroup.format(controller, name), content)


def v2(sysfs, path, root="fs/cgroup"):
    sysfs.write(f"{root}/cgroup.controllers", "cpu io memory pids\n")
    for name, content in (
        ("cpu.stat", "usage_usec 2500000\nnr_periods 40\nnr_throttled 4\nthrottled_usec 500000\n"),
        ("memory.current", "10000000\n"),
        ("memory.stat", "anon 1\ninactive_file 4000000\n"),
        ("memory.events", "low 0\noom 3\noom_kill 2\n"),
        ("io.stat", "8:0 rbytes=100 wbytes=20 rios=1 wios=1\n8:16 rbytes=1 wbytes=0\n"),
        ("cpu.pressure", PSI),
    ):
        sysfs.write(f"{root}{path}/{name}", content)


def hybrid(sysfs, path):
    v1(sysfs, path)
    sysfs.write("fs/cgroup/unified/cgroup.controllers", "")
    sysfs.write(f"fs/cgroup/unified{path}/cpu.pressure", PSI)
    sysfs.write(f"fs/cgroup/unified{path}/cpu.stat", "usage_usec 1\n")


PATH = f"/docker/{ID}"
SLICE = f"/system.slice/docker-{ID}.scope"
LAYOUTS = {
    "v1": (v1, v1_lines(PATH) + f"1:name=systemd:{PATH}\n", PATH),
    "v2": (v2, f"0::{SLICE}\n", SLICE),
    "hybrid": (hybrid, v1_lines(PATH) + f"0::{PATH}\n", PATH),
}


@pytest.fixture(params=LAYOUTS)
def layout(request, tmp_path):
    make, lines, path = LAYOUTS[request.param]
    make(Tree(tmp_path / "sys"), path)
    Tree(tmp_path / "proc").write("7/cgroup", lines)
    return request.param, Cgroups(Procfs(f"{tmp_path}/proc"), f"{tmp_path}/sys"), tmp_path


def test_version(layout):
    assert layout[1].version == layout[0]


def test_usage_is_the_same_on_every_layout(layout):
    name, cgroups, _ = layout
    usage = cgroups.group(7, ID).usage()
    assert usage.cpu_seconds == 2.5
    assert (usage.cpu_periods, usage.cpu_throttled_periods) == (40, 4)
    assert usage.cpu_throttled_seconds == 0.5
    assert usage.memory_working_set == 6_000_000
    assert (sum(usage.disk_read.values()), sum(usage.disk_written.values())) == (101, 20)
    assert usage.oom_kills == 2
    wanted = {("cpu", "some"): 3.0, ("cpu", "full"): 1.0} if name != "v1" else {}
    assert usage.pressure == wanted


def test_unified_id_is_the_inode_of_the_v2_directory(layout):
    name, cgroups, folder = layout
    if name == "v1":
        assert cgroups.unified_id(7) is None
    else:
        place = f"fs/cgroup/unified{PATH}" if name == "hybrid" else f"fs/cgroup{SLICE}"
        assert cgroups.unified_id(7) == (folder / "sys" / place).stat().st_ino


def test_container_of_a_process(layout):
    assert layout[1].container_ids(7) == (ID,)


def test_a_number_given_to_another_process_is_noticed(layout):
    assert layout[1].group(7, OTHER_ID) is None
    assert layout[1].group(8, ID) is None


def test_group_that_went_away_leaves_none(layout):
    _, cgroups, folder = layout
    group = cgroups.group(7, ID)
    (folder / "sys/fs/cgroup").rename(folder / "gone")
    usage = group.usage()
    assert usage.cpu_seconds is usage.memory_working_set is usage.disk_read is None
    assert usage.pressure == {}


def test_controllers_mounted_together(tmp_path):
    sysfs = Tree(tmp_path / "sys")
    sysfs.write(f"fs/cgroup/cpu,cpuacct{PATH}/cpuacct.usage", "1000000000\n")
    sysfs.write(f"fs/cgroup/cpu,cpuacct{PATH}/cpu.stat", "nr_periods 1\n")
    Tree(tmp_path / "proc").write("7/cgroup", f"4:cpu,cpuacct:{PATH}\n")
    usage = Cgroups(Procfs(f"{tmp_path}/proc"), f"{tmp_path}/sys").group(7).usage()
    assert (usage.cpu_seconds, usage.cpu_periods) == (1, 1)


def test_garbage_in_files_is_not_known(tmp_path):
    sysfs = Tree(tmp_path / "sys")
    v2(sysfs, PATH)
    for name in ("memory.current", "cpu.pressure", "cpu.stat"):
        sysfs.write(f"fs/cgroup{PATH}/{name}", b"\xff\x00 max\n")
    Tree(tmp_path / "proc").write("7/cgroup", f"0::{PATH}\n")
    usage = Cgroups(Procfs(f"{tmp_path}/proc"), f"{tmp_path}/sys").group(7).usage()
    assert usage.memory_working_set is usage.cpu_seconds is None


def test_probe_in_a_cgroup_namespace_of_its_own(tmp_path):
    v2(Tree(tmp_path / "sys"), SLICE)
    Tree(tmp_path / "proc").write("7/cgroup", f"0::/../docker-{ID}.scope\n")
    cgroups = Cgroups(Procfs(f"{tmp_path}/proc"), f"{tmp_path}/sys")
    assert cgroups.group(7, ID).usage().cpu_seconds == 2.5


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"/docker/{ID}", (ID,)),
        (f"/system.slice/docker-{ID}.scope", (ID,)),
        (f"/machine.slice/libpod-{ID}.scope/container", (ID,)),
        (f"/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope", (ID,)),
        (f"/kubepods.slice/kubepods-pod1.slice/crio-{ID}.scope", (ID,)),
        (f"/libpod_parent/libpod-{ID}", (ID,)),
        (f"/default/{ID}", (ID,)),
        (f"/kubepods/besteffort/pod1/{ID}", (ID,)),
        (f"/docker/{ID}/docker/{OTHER_ID}", (ID, OTHER_ID)),
        (f"/machine.slice/libpod-conmon-{ID}.scope", ()),
        (f"/docker/{ID[:-1]}", ()),
        (f"/docker/{ID}a", ()),
        ("/user.slice/user-0.slice/session-1.scope", ()),
        ("/", ()),
    ],
)
def test_container_ids(path, found):
    assert container_ids(f"0::{path}\n") == found


def test_container_ids_of_the_line_that_has_them():
    assert container_ids(f"0::/\n9:name=systemd:/docker/{ID}\n8:pids:/docker/{ID}\n") == (ID,)


def test_a_group_that_did_nothing_is_not_read_again(layout):
    _, cgroups, folder = layout
    group = cgroups.group(7, ID)
    usage = group.usage()
    assert group.usage(usage) is usage
    for file in (folder / "sys").rglob("memory.*"):
        if file.name in ("memory.current", "memory.usage_in_bytes"):
            file.write_text("7000001\n")
    again = group.usage(usage)
    assert again is not usage
    assert again.cpu_seconds == usage.cpu_seconds
