import pytest

from promscope_exporter.collectors.container import ContainerCollector
from promscope_exporter.collectors.registry import Partial
from promscope_exporter.exposition.page import Page
from tests.unit.exporter.fakes import (
    ID,
    OTHER_ID,
    FakeClock,
    Tree,
    collect,
    context,
    record,
    samples,
)

NODE = f"container:{ID[:12]}"
WHO = f'{{container_id="{ID[:12]}",name="web"'
CPU = f"promscope_container_cpu_seconds_total{WHO}}}"
READ = f"promscope_container_disk_read_bytes_total{WHO}}}"
RECEIVED = f"promscope_container_network_receive_bytes_total{WHO}}}"


class World:
    def __init__(self, folder):
        self.clock = FakeClock()
        self.context = context(folder, self.clock)
        self.inventory = self.context.inventory
        self.proc = Tree(folder / "proc")
        self.sys = Tree(folder / "sys")
        self.sys.write("fs/cgroup/cgroup.controllers", "cpu")
        self.namespace(1, 1)
        self.collector = ContainerCollector(self.context)

    def namespace(self, pid, number):
        self.proc.write(f"{pid}/cgroup", "0::/\n")
        (self.proc.root / f"{pid}/ns").mkdir(exist_ok=True)
        (self.proc.root / f"{pid}/ns/net").symlink_to(f"net:[{number}]")

    def run(self, pid=100, container_id=ID, namespace=7, **fields):
        """The container runs, with `pid` as its first process."""
        if not (self.proc.root / str(pid)).exists():
            self.namespace(pid, namespace)
        self.proc.write(f"{pid}/cgroup", f"0::/docker/{container_id}\n")
        self.inventory.update("start", record(container_id, pid=pid, **fields))

    def use(self, seconds, received=0, pid=100, container_id=ID):
        folder = f"fs/cgroup/docker/{container_id}"
        self.sys.write(f"{folder}/cpu.stat", f"usage_usec {int(seconds * 1e6)}\n")
        self.sys.write(f"{folder}/memory.current", "1000\n")
        self.sys.write(f"{folder}/memory.stat", "inactive_file 100\n")
        rest = "0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\n"
        self.proc.write(f"{pid}/net/dev", f"a\nb\n eth0: {received} {rest} lo: 5 {rest}")

    def scrape(self, wait=15.0):
        found = collect(self.collector, self.clock)
        self.clock.pass_time(wait)
        return found


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_usage_of_a_container_that_was_there_is_told_at_once(world):
    world.run()
    world.use(2.5, received=70)
    found = world.scrape()
    assert found[CPU] == 2.5
    assert found[RECEIVED] == 70
    assert found[f"promscope_container_memory_working_set_bytes{WHO}}}"] == 900
    assert found['promscope_inventory_sequence{epoch="e1"}'] == 1


def test_newborn_counters_are_0_for_one_interval(world):
    world.run(created=world.clock.wall() + 1, started=world.clock.wall() + 2)
    world.use(2.5, received=70)
    first, second = world.scrape(), world.scrape()
    assert (first[CPU], first[RECEIVED]) == (0, 0)
    assert (second[CPU], second[RECEIVED]) == (2.5, 70)
    assert first[f"promscope_container_memory_working_set_bytes{WHO}}}"] == 900


def test_old_container_started_anew_counts_from_its_start(world):
    world.inventory.update("sync", record(state="exited"))
    world.scrape()
    world.run(started=world.clock.wall() + 1)
    world.use(2.5)
    assert world.scrape()[CPU] == 0
    assert world.scrape()[CPU] == 2.5


def test_counters_continue_over_a_restart_and_stay_meanwhile(world):
    world.run()
    world.use(10, received=100)
    world.scrape()
    world.inventory.update("die", record(state="exited"))
    assert world.scrape()[CPU] == 10
    world.run(pid=200, started=world.clock.wall())
    world.use(12, received=1, pid=200)
    found = world.scrape()
    assert (found[CPU], found[RECEIVED]) == (22, 101)


def test_a_network_that_is_left_keeps_its_bytes(world):
    world.run()
    world.use(1, received=100)
    rest = "0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\n"
    device = "a\nb\n eth{}: {} " + rest
    world.proc.write("100/net/dev", device.format(0, 100) + f" eth1: 900 {rest}")
    assert world.scrape()[RECEIVED] == 1000
    world.proc.write("100/net/dev", device.format(0, 101))
    assert world.scrape()[RECEIVED] == 1001


def test_gauges_of_a_container_that_does_not_run_are_absent(world):
    world.run()
    world.use(1)
    world.scrape()
    world.inventory.update("die", record(state="exited"))
    assert not any("memory" in name for name in world.scrape())


def test_state_is_one_of_the_set(world):
    world.inventory.update("sync", record(state="paused"))
    found = world.scrape()
    states = {name: value for name, value in found.items() if "container_state{" in name}
    assert len(states) == 7
    assert [name for name, value in states.items() if value] == [
        f'promscope_container_state{WHO},state="paused"}}'
    ]


def test_removed_is_exposed_twice_with_its_last_counters_and_vanishes(world):
    world.run()
    world.use(3)
    world.scrape()
    world.inventory.remove("destroy", NODE)
    gone = f'promscope_container_state{WHO},state="removed"}}'
    for _ in range(2):
        found = world.scrape(wait=20)
        assert found[gone] == 1
        assert found[CPU] == 3
    world.scrape(wait=20)
    assert not any(ID[:12] in name for name in world.scrape())


def test_a_life_between_two_scrapes_is_exposed_twice(world):
    world.scrape()
    fields = {"created": world.clock.wall() + 1}
    world.inventory.update("create", record(state="created", **fields))
    world.inventory.count(NODE, "create")
    world.inventory.update("die", record(state="exited", **fields))
    world.inventory.remove("destroy", NODE)
    event = f'promscope_container_events_total{WHO},event="create"}}'
    values = [world.scrape()[event] for _ in range(2)]
    assert values == [0, 1]


def test_sequence_and_containers_are_of_one_moment(world):
    world.inventory.update("create", record())
    world.inventory.update("create", record(OTHER_ID, name="db"))
    found = world.scrape()
    assert found['promscope_inventory_sequence{epoch="e1"}'] == 2
    assert sum(name.startswith("promscope_container_info{") for name in found) == 2


def test_a_disk_that_is_taken_away_keeps_its_bytes(world):
    world.run()
    world.use(1)
    stat = f"fs/cgroup/docker/{ID}/io.stat"
    world.sys.write(stat, "8:0 rbytes=100 wbytes=20\n8:16 rbytes=900 wbytes=0\n")
    assert world.scrape()[READ] == 1000
    world.use(2)
    world.sys.write(stat, "8:16 8:0 rbytes=101 wbytes=20\n")
    assert world.scrape()[READ] == 1001


def test_a_container_that_does_nothing_is_read_whole_now_and_then(world):
    world.run()
    world.use(1, received=70)
    stat = f"fs/cgroup/docker/{ID}/io.stat"
    world.sys.write(stat, "8:0 rbytes=100 wbytes=20\n")
    world.scrape()
    world.use(1, received=80)
    world.sys.write(stat, "8:0 rbytes=300 wbytes=20\n")
    found = [world.scrape() for _ in range(4)]
    assert [one[RECEIVED] for one in found] == [80] * 4
    assert found[-1][READ] == 300
    world.use(2)
    world.sys.write(stat, "8:0 rbytes=500 wbytes=20\n")
    assert world.scrape()[READ] == 500


def test_above_the_cpu_budget_containers_take_turns(world):
    world.run()
    world.use(1)
    world.scrape()
    world.context.ladder.scrapes_per_read = 4
    world.use(2)
    found = [world.scrape() for _ in range(4)]
    assert found[-1][CPU] == 2
    assert found[0][CPU] == 1
    assert {one[f"promscope_container_memory_working_set_bytes{WHO}}}"] for one in found} == {900}


@pytest.mark.parametrize(
    ("namespace", "mode"), [(1, "host"), (1, "bridge"), (7, "container:" + OTHER_ID)]
)
def test_shared_network_has_no_counters_of_its_own(world, namespace, mode):
    world.run(namespace=namespace, network_mode=mode)
    world.use(1, received=70)
    found = world.scrape()
    assert CPU in found
    assert not any("network_receive" in name for name in found)


def test_limits_and_restarts(world):
    world.run(cpu_limit_cores=0.5, memory_limit_bytes=1 << 20, pids_limit=9, restarts=4)
    found = world.scrape()
    assert found[f"promscope_container_cpu_limit_cores{WHO}}}"] == 0.5
    assert found[f"promscope_container_memory_limit_bytes{WHO}}}"] == 1 << 20
    assert found[f"promscope_container_pids_limit{WHO}}}"] == 9
    assert found[f"promscope_container_restarts_total{WHO}}}"] == 4


def test_rename_makes_other_series(world):
    world.run()
    world.use(1)
    world.scrape()
    world.inventory.update("rename", record(pid=100, name="web-old"))
    found = world.scrape()
    assert CPU not in found
    assert found[CPU.replace('"web"', '"web-old"')] == 1


def test_rename_of_a_newborn_continues_its_counters(world):
    created = world.clock.wall() + 1
    world.run(created=created)
    world.inventory.count(NODE, "start")
    world.use(10)
    world.scrape()
    world.inventory.update("rename", record(pid=100, created=created, name="web-old"))
    world.use(12)
    found = world.scrape()
    who = WHO.replace('"web"', '"web-old"')
    assert found[CPU.replace(WHO, who)] == 12
    assert found[f'promscope_container_events_total{who},event="start"}}'] == 1


def test_killed_for_want_of_memory_before_it_could_be_read(world):
    world.inventory.update("die", record(state="exited"))
    world.inventory.count(NODE, "oom")
    name = f"promscope_container_oom_kills_total{WHO}}}"
    assert [world.scrape()[name] for _ in range(2)] == [0, 1]


def test_pid_that_belongs_to_somebody_else_now(world):
    world.run()
    world.use(1)
    world.proc.write("100/cgroup", f"0::/docker/{OTHER_ID}\n")
    assert CPU not in world.scrape()


def test_engine_that_cannot_be_followed_makes_it_partial(world):
    world.run()
    world.use(1)
    world.inventory.stale["unix:///x"] = "the engine does not answer"
    page = Page(0, 15, 1000)
    with pytest.raises(Partial, match="does not answer"):
        world.collector.collect(page)
    assert samples(page)[CPU] == 1


def test_one_unreadable_container_costs_itself_only(world, monkeypatch):
    world.inventory.update("sync", record())
    world.run(pid=200, container_id=OTHER_ID, name="db")

    def fail(self, pid, container_id=""):
        raise OSError("input/output error")

    monkeypatch.setattr(type(world.collector._cgroups), "group", fail)
    page = Page(0, 15, 1000)
    with pytest.raises(Partial, match="db: input/output error"):
        world.collector.collect(page)
    assert any(f"promscope_container_info{WHO}" in name for name in samples(page))
    world.collector.close()
