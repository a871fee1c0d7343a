import os
import socket

import pytest

from promscope_exporter.edges import processes
from promscope_exporter.edges.processes import Processes
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.status import Status

HOST, WEB = "host:abc", "container:4f1c2a9b7d3e"


class Cgroups:
    def __init__(self, **containers):
        self.containers = containers

    def container_ids(self, pid):
        return self.containers.get(str(pid), ())


class World:
    def __init__(self, folder):
        self.folder = folder
        self.cgroups = Cgroups()
        self.status = Status()
        self.processes = Processes(Procfs(str(folder)), self.cgroups, HOST, self.status)

    def process(self, pid, command, *inodes):
        place = self.folder / str(pid) / "fd"
        place.mkdir(parents=True, exist_ok=True)
        (self.folder / str(pid) / "comm").write_text(f"{command}\n")
        for number, inode in enumerate(inodes):
            link = place / str(number)
            link.unlink(missing_ok=True)
            link.symlink_to(f"socket:[{inode}]")

    def find(self, inode, *nodes):
        self.processes.want(inode, nodes or [HOST])
        self.processes.scan()
        return self.processes.command(inode)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_a_socket_leads_to_its_command(world):
    world.process(10, "nginx", 1, 2)
    world.process(11, "curl", 3)
    assert world.find(2) == "nginx"
    assert world.find(3) == "curl"
    assert not world.processes.hopeless(2)


def test_only_the_owners_processes_are_looked_into(world):
    world.cgroups.containers["10"] = ("4f1c2a9b7d3e" + "a" * 52,)
    world.process(10, "nginx", 1)
    world.process(11, "curl", 2)
    assert world.find(1, HOST) is None
    assert world.find(1, WEB, HOST) == "nginx"


def test_a_socket_that_nobody_holds_is_given_up_after_two_tries(world):
    world.process(10, "nginx", 1)
    assert world.find(99) is None
    assert not world.processes.hopeless(99)
    assert world.find(99) is None
    assert world.processes.hopeless(99)
    assert world.processes.hopeless(0)
    world.process(11, "late", 99)
    assert world.find(99) is None  # not looked for any more


def test_what_was_overlooked_because_nothing_seemed_to_change_is_found_the_next_time(world):
    world.process(10, "nginx", 1, 2)
    for number in range(20):
        assert world.find(1000 + number) is None
    world.process(10, "nginx", 1, 3)  # as many files as before
    world.processes.want(3, [HOST])
    world.processes.scan()
    world.processes.want(3, [HOST])
    world.processes.scan()
    assert world.processes.command(3) == "nginx"


def test_of_a_crowd_of_sockets_only_those_looked_for_are_remembered(world):
    world.process(10, "proxy", *range(1, 400))
    assert world.find(7) == "proxy"
    assert world.processes.command(8) is None
    assert world.find(8) == "proxy"


def test_what_is_asked_for_often_is_remembered_longest(world, monkeypatch):
    monkeypatch.setattr(processes, "_MAX_KNOWN", 10)
    world.process(10, "nginx", 1)
    world.process(11, "curl", *range(2, 12))
    assert world.find(1) == "nginx"
    assert world.find(5) == "curl"
    assert world.find(1) == "nginx"
    world.process(12, "wget", *range(20, 29))
    assert world.find(20) == "wget"
    assert world.processes.command(1) == "nginx"
    assert world.processes.command(5) is None


def test_the_price_is_bounded(world, monkeypatch):
    for pid in range(10, 60):
        world.process(pid, "idle", pid)
    assert world.find(59) == "idle"
    monkeypatch.setattr(processes, "_BUDGET", -1.0)
    assert world.find(10) is None
    assert not world.processes.hopeless(10)
    monkeypatch.undo()
    assert world.find(10) == "idle"


def test_the_first_scans_may_take_longer_together(world, monkeypatch):
    for pid in range(10, 60):
        world.process(pid, f"p{pid}", pid)
    clock = iter(range(10_000))
    monkeypatch.setattr(processes.time, "thread_time", lambda: next(clock) * 0.005)
    assert world.find(59) == "p59"
    assert world.find(10) == "p10"
    world.process(9, "late", 1, 2)
    for inode in range(1000, 1003):
        world.find(inode)
    world.process(9, "late", 1, 2, 3)
    assert world.find(3) is None  # by now the ordinary price is the limit again


def test_a_search_that_was_cut_short_goes_on_where_it_was(world, monkeypatch):
    for pid in range(10, 60):
        world.process(pid, f"p{pid}", pid)
    assert world.find(59) == "p59"
    clock = iter(range(10_000))
    monkeypatch.setattr(processes.time, "thread_time", lambda: next(clock) * 0.002)
    wanted = [1000, 10]  # what nobody holds, and what the last one holds
    for _ in range(7):
        for inode in wanted:
            world.processes.want(inode, [HOST])
        world.processes.scan()
    assert world.processes.command(10) == "p10"


def test_a_process_that_moves_into_its_container_is_found_there(world):
    world.process(10, "nginx", 1)
    assert world.find(99) is None
    world.cgroups.containers["10"] = ("4f1c2a9b7d3e" + "a" * 52,)
    world.process(10, "nginx", 1, 2)
    world.find(2, WEB)
    assert world.find(2, WEB) == "nginx"


def test_a_refusal_is_a_lost_capability(world, monkeypatch):
    world.process(10, "nginx", 1)
    real = os.listdir

    def refuse(path):
        if str(path).endswith("/fd"):
            raise PermissionError
        return real(path)

    monkeypatch.setattr(os, "listdir", refuse)
    assert world.find(1) is None
    assert world.status.capabilities() == {"socket_processes": False}
    monkeypatch.undo()
    assert world.find(1) == "nginx"
    assert world.status.capabilities() == {"socket_processes": True}


def test_one_process_that_lets_nobody_in_is_no_lost_capability(world, monkeypatch):
    for pid in range(10, 15):
        world.process(pid, "nginx", pid)
    assert world.find(14) == "nginx"
    world.process(1, "init", 99)
    real = os.listdir

    def refuse(path):
        if str(path).endswith("/1/fd"):
            raise PermissionError
        return real(path)

    monkeypatch.setattr(os, "listdir", refuse)
    assert world.find(99) is None
    assert world.find(99) is None
    assert world.status.capabilities() == {"socket_processes": True}


def test_nothing_is_read_when_nothing_is_wanted(tmp_path):
    Processes(Procfs(str(tmp_path / "none")), Cgroups(), HOST, Status()).scan()


def test_the_real_thing():
    world = Processes(Procfs(), Cgroups(), HOST, Status())
    with socket.socket() as own:
        inode = os.fstat(own.fileno()).st_ino
        world.want(inode, [HOST])
        world.scan()
    assert world.command(inode)
