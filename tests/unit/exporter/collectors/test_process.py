import os

import pytest

from promscope_exporter.collectors.process import ProcessCollector
from promscope_exporter.collectors.process_groups import KEEP_SECONDS
from promscope_exporter.sources.processes import KERNEL_THREAD
from tests.unit.exporter.fakes import HOST, ID, FakeClock, Tree, collect, context, record

TICKS = os.sysconf("SC_CLK_TCK")
NODE = f"container:{ID[:12]}"
INSIDE = f"0::/docker/{ID}\n"


class World:
    def __init__(self, folder):
        self.clock = FakeClock()
        self.proc = Tree(folder / "proc")
        self.proc.write("uptime", "1000000.00 1.0\n")
        self.context = context(folder, self.clock)
        self.inventory = self.context.inventory
        self.collector = ProcessCollector(self.context)

    def scrape(self, wait=15.0):
        found = collect(self.collector, self.clock)
        self.clock.pass_time(wait)
        return found

    def value(self, family, process, owner=HOST.node, name=HOST.hostname, found=None):
        key = (
            f'promscope_process_{family}{{owner="{owner}",owner_name="{name}",process="{process}"}}'
        )
        return (found if found is not None else self.scrape()).get(key)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_one_command_is_one_sum(world):
    world.scrape()
    world.proc.process(10, "nginx", cpu=TICKS, threads=2, resident=3, io=(5, 7))
    world.proc.process(11, "nginx", cpu=TICKS, threads=1, resident=4, io=(1, 2))
    world.scrape()
    found = world.scrape()
    assert world.value("instances", "nginx", found=found) == 2
    assert world.value("cpu_seconds_total", "nginx", found=found) == 2
    assert world.value("threads", "nginx", found=found) == 3
    assert world.value("read_bytes_total", "nginx", found=found) == 6
    assert world.value("written_bytes_total", "nginx", found=found) == 9


def test_what_was_used_before_the_probe_is_a_baseline(world):
    world.proc.process(10, "nginx", cpu=3 * TICKS, io=(5, 7))
    families = ("cpu_seconds_total", "read_bytes_total", "written_bytes_total")
    found = world.scrape()
    assert [world.value(family, "nginx", found=found) for family in families] == [0, 0, 0]
    world.proc.process(10, "nginx", cpu=4 * TICKS, io=(6, 9))
    world.proc.process(11, "nginx", cpu=TICKS, io=(1, 2))
    found = world.scrape()
    assert [world.value(family, "nginx", found=found) for family in families] == [2, 2, 4]


def test_ended_processes_stay_in_the_counter(world):
    world.scrape()
    world.proc.process(10, "nginx", cpu=3 * TICKS)
    world.proc.process(11, "nginx", cpu=TICKS)
    world.scrape()
    assert world.value("cpu_seconds_total", "nginx") == 4
    world.proc.remove(10)
    assert world.value("cpu_seconds_total", "nginx") == 4
    world.proc.process(11, "nginx", cpu=2 * TICKS)
    assert world.value("cpu_seconds_total", "nginx") == 5


def test_pid_used_again_is_another_process(world):
    world.proc.process(10, "nginx", cpu=5 * TICKS, start=100)
    world.scrape()
    world.proc.process(10, "nginx", cpu=TICKS, start=900)
    assert world.value("cpu_seconds_total", "nginx") == 1


def test_command_that_appears_later_starts_at_0_for_one_interval(world):
    world.scrape()
    world.proc.process(10, "job", cpu=2 * TICKS)
    assert world.value("cpu_seconds_total", "job") == 0
    assert world.value("cpu_seconds_total", "job") == 2


def test_command_that_comes_and_goes_is_one_counter(world):
    world.proc.process(10, "cron", cpu=TICKS)
    world.scrape()
    world.proc.remove(10)
    found = world.scrape(wait=300)
    assert world.value("instances", "cron", found=found) == 0
    world.proc.process(11, "cron", cpu=TICKS)
    assert world.value("cpu_seconds_total", "cron") == 1
    world.proc.remove(11)
    world.scrape(wait=KEEP_SECONDS + 1)
    assert world.value("instances", "cron") is None


def test_exec_moves_only_what_comes_after(world):
    world.scrape()
    world.proc.process(10, "sh", cpu=2 * TICKS)
    world.scrape()
    world.proc.process(10, "app", cpu=3 * TICKS)
    found = world.scrape()
    assert world.value("cpu_seconds_total", "sh", found=found) == 2
    found = world.scrape()
    assert world.value("cpu_seconds_total", "app", found=found) == 1


def test_processes_of_containers(world):
    world.inventory.update("sync", record())
    world.proc.process(10, "nginx", cgroup=INSIDE)
    world.proc.process(11, "sh", cgroup=INSIDE)
    (world.proc.root / "11/fd/0").write_text("")
    found = world.scrape()
    assert world.value("instances", "nginx", NODE, "web", found) == 1
    who = f'{{container_id="{ID[:12]}",name="web"}}'
    assert found[f"promscope_container_processes{who}"] == 2
    assert found[f"promscope_container_open_fds{who}"] > 0


def test_container_that_the_engine_tells_of_later_gets_its_processes(world):
    world.scrape()
    world.proc.process(10, "nginx", cpu=TICKS, start=int(999_999 * TICKS), cgroup=INSIDE)
    found = world.scrape()
    assert not any("nginx" in name for name in found)
    world.inventory.update("create", record())
    world.scrape()
    assert world.value("cpu_seconds_total", "nginx", NODE, "web") == 1


def test_process_that_joins_its_container_after_its_start(world):
    world.inventory.update("sync", record())
    young = int((1_000_000 - 1) * TICKS)
    world.proc.process(10, "runc", start=young)
    assert world.value("instances", "runc") == 1
    world.proc.process(10, "runc", start=young, cgroup=INSIDE)
    assert world.value("instances", "runc", NODE, "web") == 1


def test_renamed_container(world):
    world.inventory.update("sync", record())
    world.scrape()
    world.proc.process(10, "nginx", cpu=TICKS, cgroup=INSIDE)
    world.scrape()
    world.inventory.update("rename", record(name="old"))
    assert world.value("cpu_seconds_total", "nginx", NODE, "old") == 1


def test_container_that_is_gone_takes_its_commands_along(world):
    world.inventory.update("sync", record())
    world.proc.process(10, "nginx", cgroup=INSIDE)
    world.scrape()
    world.proc.remove(10)
    world.inventory.remove("destroy", NODE)
    for _ in range(3):
        world.scrape(wait=20)
        world.inventory.collected(world.inventory.containers())
    assert not any("nginx" in name for name in world.scrape())


def test_threads_of_the_kernel_are_one_group_without_files(world):
    world.scrape()
    for number in range(100):
        world.proc.process(10 + number, f"kworker/{number}", flags=KERNEL_THREAD, cpu=TICKS)
        (world.proc.root / f"{10 + number}/io").unlink()
    world.scrape()
    found = world.scrape()
    assert world.value("instances", "[kernel]", found=found) == 100
    assert world.value("cpu_seconds_total", "[kernel]", found=found) == 100


def test_too_many_commands_are_other(world):
    for number in range(80):
        world.proc.process(10 + number, f"program{number}", cpu=TICKS)
    found = world.scrape()
    assert sum(name.startswith("promscope_process_instances") for name in found) == 65
    assert world.value("instances", "other", found=found) == 16


def test_process_that_ends_meanwhile_or_cannot_be_read_costs_only_itself(world):
    world.proc.process(10, "nginx")
    world.proc.process(11, "gone")
    (world.proc.root / "11/stat").unlink()
    world.proc.process(12, "odd")
    world.proc.write("12/stat", b"garbage")
    found = world.scrape()
    assert world.value("instances", "nginx", found=found) == 1
    assert not any("odd" in name or "gone" in name for name in found)


def test_zombies_count_but_have_no_files(world):
    world.proc.process(10, "job", state="Z")
    (world.proc.root / "10/io").unlink()
    assert world.value("instances", "job") == 1


def test_storage_that_may_not_be_read_is_absent_and_a_capability(world, monkeypatch):
    world.proc.process(10, "nginx")

    def refuse(pid):
        raise PermissionError("no")

    monkeypatch.setattr(world.collector._files, "io", refuse)
    found = world.scrape()
    assert world.value("instances", "nginx", found=found) == 1
    assert world.value("read_bytes_total", "nginx", found=found) is None
    assert world.context.status.capabilities() == {"process_io": False}
    world.collector.close()


def test_above_the_cpu_budget_processes_take_turns(world):
    for pid in range(10, 18):
        world.proc.process(pid, "nginx", cpu=TICKS, threads=2, io=(10, 10))
    world.scrape()
    world.context.ladder.scrapes_per_read = 4
    for pid in range(10, 18):
        world.proc.process(pid, "nginx", cpu=2 * TICKS, threads=3, io=(11, 12))
    seconds = []
    for turn in range(4):
        found = world.scrape()
        seconds.append(world.value("cpu_seconds_total", "nginx", found=found))
        assert world.value("instances", "nginx", found=found) == 8
        assert world.value("threads", "nginx", found=found) == 16 + 2 * (turn + 1)
    assert seconds == [2, 4, 6, 8]
    assert world.value("written_bytes_total", "nginx") == 16
    world.proc.remove(12)
    assert world.value("instances", "nginx") == 7


def test_a_process_whose_turn_it_is_not_changes_its_owner_all_the_same(world):
    for pid in range(10, 18):
        world.proc.process(pid, "nginx", cpu=TICKS, threads=2, cgroup=INSIDE)
    assert world.value("threads", "nginx") == 16
    world.context.ladder.scrapes_per_read = 8
    for pid in range(10, 18):
        world.proc.process(pid, "nginx", cpu=2 * TICKS, threads=3, cgroup=INSIDE)
    world.inventory.update("create", record())
    found = world.scrape()
    assert world.value("instances", "nginx", NODE, "web", found) == 8
    assert world.value("threads", "nginx", NODE, "web", found) == 17
    assert world.value("instances", "nginx", found=found) == 0


def test_a_process_that_does_nothing_has_its_files_looked_at_now_and_then(world):
    world.scrape(60)
    world.proc.process(10, "idle", cpu=TICKS, io=(5, 7))
    world.scrape()
    world.proc.process(10, "idle", cpu=TICKS, io=(6, 7))
    found = [world.value("read_bytes_total", "idle") for _ in range(5)]
    assert found[-1] == 6
    world.proc.process(10, "idle", cpu=2 * TICKS, io=(9, 7))
    assert world.value("read_bytes_total", "idle") == 9
