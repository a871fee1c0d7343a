import pytest

from promscope_exporter.sources.cgroup import Group
from promscope_exporter.sources.limits import limits
from tests.unit.exporter.fakes import Tree


def v2(folder, cpu="50000 100000\n", memory="1048576\n", tasks="9\n"):
    tree = Tree(folder)
    for name, content in (("cpu.max", cpu), ("memory.max", memory), ("pids.max", tasks)):
        tree.write(name, content)
    return Group({"": str(folder)})


def v1(folder, quota="150000\n", memory="1048576\n", tasks="9\n"):
    tree = Tree(folder)
    tree.write("cpu/cpu.cfs_quota_us", quota)
    tree.write("cpu/cpu.cfs_period_us", "100000\n")
    tree.write("memory/memory.limit_in_bytes", memory)
    tree.write("pids/pids.max", tasks)
    return Group({name: f"{folder}/{name}" for name in ("cpu", "memory", "pids", "")})


def test_of_each_version(tmp_path):
    assert limits(v2(tmp_path / "2")) == (0.5, 1 << 20, 9)
    assert limits(v1(tmp_path / "1")) == (1.5, 1 << 20, 9)


@pytest.mark.parametrize("word", ["max\n", "-1\n", "", "x y z", "１２\n"])
def test_none_or_nonsense_is_no_limit(tmp_path, word):
    assert limits(v2(tmp_path / "2", word, word, word)) == (None, None, None)
    assert limits(v1(tmp_path / "1", word, "9223372036854771712\n", word)) == (None, None, None)


def test_a_group_that_is_gone(tmp_path):
    assert limits(Group({"": str(tmp_path / "gone")})) == (None, None, None)
