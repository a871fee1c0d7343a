import os
import subprocess
import sys

import pytest

from promscope_exporter.live.processes import LiveProcesses
from promscope_exporter.settings import Settings
from promscope_exporter.sources.processes import KERNEL_THREAD, TICKS_PER_SECOND
from promscope_exporter.sources.procfs import Procfs
from promscope_wire import ids
from tests.unit.exporter.fakes import HOST, ID, Tree, context, record

NODE = f"container:{ID[:12]}"


@pytest.fixture
def world(tmp_path):
    proc = Tree(tmp_path / "proc")
    proc.write("uptime", "100000.00 1.0\n")
    proc.write("stat", "btime 1700000000\n")
    Tree(tmp_path).write("etc/passwd", "root:x:0:0::/:/bin/sh\nshop:x:33:33::/:/bin/sh\nbroken\n")
    return proc, context(tmp_path)


def test_of_a_container(world):
    proc, one = world
    one.inventory.update("sync", record())
    proc.process(
        10, "nginx", cgroup=f"0::/docker/{ID}\n", cmdline=b"nginx\0--token=abc\0", uid=33,
        parent=9, start=500, cpu=TICKS_PER_SECOND, threads=2,
    )  # fmt: skip
    proc.process(11, "sshd")
    (found,) = LiveProcesses(one)(NODE)
    assert found.node == ids.process(HOST.id, 10, 500)
    assert (found.pid, found.parent, found.owner) == (10, 9, NODE)
    assert found.command_line == "nginx --token=***"
    assert found.user == "33"
    assert found.started == 1_700_000_000 + 500 / TICKS_PER_SECOND
    assert (found.cpu_seconds, found.threads) == (1, 2)


def test_of_the_host_it_is_all_of_them(world):
    proc, one = world
    one.inventory.update("sync", record())
    proc.process(10, "nginx", cgroup=f"0::/docker/{ID}\n")
    proc.process(11, "sshd", uid=33)
    proc.process(12, "kthreadd", flags=KERNEL_THREAD, cmdline=b"")
    found = {entry.pid: entry for entry in LiveProcesses(one)(HOST.node)}
    assert {pid: entry.owner for pid, entry in found.items()} == {
        10: NODE, 11: HOST.node, 12: HOST.node,
    }  # fmt: skip
    assert found[11].user == "shop"
    assert found[12].command_line == ""


def test_unknown_and_removed_nodes(world):
    _, one = world
    one.inventory.update("sync", record())
    one.inventory.remove("destroy", NODE)
    for node in (NODE, "container:000000000000", "host:ffffffffffffffff", "nonsense"):
        with pytest.raises(LookupError):
            LiveProcesses(one)(node)


def test_opted_out_is_not_there_d2(world):
    proc, one = world
    one.inventory.hide(NODE)
    proc.process(10, "nginx", cgroup=f"0::/docker/{ID}\n")
    assert LiveProcesses(one)(HOST.node) == []
    with pytest.raises(LookupError):
        LiveProcesses(one)(NODE)


def test_a_real_process_with_a_secret_d1(tmp_path):
    one = context(tmp_path)
    real = type(one)(Settings(), one.host, one.clock, Procfs(), one.inventory, one.commands)
    program = [sys.executable, "-c", "input()", "--password=hunter2"]
    with subprocess.Popen(program, stdin=subprocess.PIPE) as child:
        try:
            found = {entry.pid: entry for entry in LiveProcesses(real)(HOST.node)}
        finally:
            child.communicate(b"\n")
    assert found[child.pid].command_line.endswith("--password=***")
    assert found[child.pid].parent == os.getpid()
    assert "hunter2" not in str(found[child.pid])
