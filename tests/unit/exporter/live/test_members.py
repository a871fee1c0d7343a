import pytest

from promscope_exporter.live.members import Member, Members
from promscope_exporter.sources.processes import KERNEL_THREAD
from tests.unit.exporter.fakes import HOST, ID, Tree, context, record

NODE = f"container:{ID[:12]}"


@pytest.fixture
def world(tmp_path):
    proc = Tree(tmp_path / "proc")
    proc.write("uptime", "100000.00 1.0\n")
    one = context(tmp_path)
    one.inventory.update("sync", record())
    proc.process(10, "nginx", cgroup=f"0::/docker/{ID}\n")
    proc.process(11, "sshd")
    proc.process(12, "kthreadd", flags=KERNEL_THREAD)
    return proc, one


def owners(found):
    assert all(isinstance(member, Member) for member in found)
    return {member.pid: member.owner for member in found}


def test_of_a_container_and_of_the_host(world):
    _, one = world
    assert owners(list(Members(one)(NODE))) == {10: NODE}
    assert owners(list(Members(one)(HOST.node))) == {10: NODE, 11: HOST.node, 12: HOST.node}


def test_one_that_cannot_be_read_costs_only_itself(world):
    proc, one = world
    proc.write("13/stat", "nonsense")
    proc.write("14/stat", b"14 (\xff")
    assert owners(list(Members(one)(HOST.node))).keys() == {10, 11, 12}


def test_nodes_that_are_not_here(world):
    _, one = world
    for node in ("container:000000000000", "host:ffffffffffffffff", "nonsense"):
        with pytest.raises(LookupError):
            Members(one)(node)
