import os
import subprocess
import sys

import psutil
import pytest

from promscope_exporter import commands
from promscope_exporter.portable.process import PortableProcessCollector
from tests.unit.exporter.fakes import HOST, collect, context


@pytest.fixture
def world(tmp_path, monkeypatch):
    # this machine may run more programs than a host has names for
    monkeypatch.setattr(commands, "MAX_PER_HOST", 100_000)
    one = context(tmp_path)
    return one, PortableProcessCollector(one)


def of(found, name, process):
    labels = f'owner="{HOST.node}",owner_name="{HOST.hostname}",process="{process}"'
    return found.get(f"promscope_process_{name}{{{labels}}}")


def test_processes_of_this_machine(world):
    one, made = world
    first = collect(made, one.clock)
    own = psutil.Process().name()[:32]
    assert of(first, "instances", own) >= 1
    assert of(first, "resident_memory_bytes", own) > 1 << 20
    assert of(first, "open_fds", own) > 3
    assert of(first, "cpu_seconds_total", own) == 0, "a baseline is not counted"
    assert one.status.capabilities()["processes"]


def test_a_newcomer_is_counted_and_the_gone_stay_for_a_while(world):
    one, made = world
    collect(made, one.clock)
    program = (
        "import sys\nfor _ in range(10**7): pass\nprint('ready', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"ready\n"
        name = psutil.Process(child.pid).name()[:32]
        one.clock.pass_time(15)
        collect(made, one.clock)
        one.clock.pass_time(15)
        during = collect(made, one.clock)
        child.communicate(b"")
    assert of(during, "cpu_seconds_total", name) > 0
    after = collect(made, one.clock)
    assert of(after, "cpu_seconds_total", name) >= of(during, "cpu_seconds_total", name)


def test_others_that_may_not_be_read_are_left_out_and_said(world, monkeypatch):
    one, made = world
    real = psutil.Process.as_dict

    def as_dict(process, *arguments):
        known = real(process, *arguments)
        return known if process.pid == os.getpid() else known | {"memory_info": None}

    monkeypatch.setattr(psutil.Process, "as_dict", as_dict)
    found = collect(made, one.clock)
    assert sum(value for name, value in found.items() if "instances" in name) == 1
    assert not one.status.capabilities()["processes"]


def test_macos_has_no_bytes_of_processes(world, monkeypatch):
    one, made = world
    monkeypatch.delattr(psutil.Process, "io_counters")
    found = collect(made, one.clock)
    assert not any("read_bytes" in name for name in found)
