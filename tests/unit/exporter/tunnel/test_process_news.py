"""Programs in containers are told; the host's own are not; a storm is bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_exporter.sources.procevents import ProcEvent
from promscope_exporter.tunnel.process_news import MAX_PER_SECOND, ProcessNews
from promscope_wire.frames import ProcessEvent
from tests.unit.exporter.fakes import ID, FakeClock, Tree, context, record

NODE = f"container:{ID[:12]}"
INSIDE = f"0::/docker/{ID}\n"


class World:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.proc = Tree(folder / "proc")
        self.context = context(folder, self.clock)
        self.context.inventory.update("start", record())
        self.news = ProcessNews(self.context)
        self.heard: list[ProcessEvent] = []
        self.lost = 0

    def listen(self) -> None:
        def take(_: object, processes: list[ProcessEvent], lost: int) -> None:
            self.heard += processes
            self.lost += lost

        self.context.activities.listen(take)  # type: ignore[arg-type]

    def process(self, pid: int, name: str, cgroup: str = INSIDE) -> None:
        self.proc.process(pid, name, cgroup=cgroup)
        self.proc.write(f"{pid}/comm", f"{name}\n")


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.news.close()  # its thread would listen to the real kernel
    made.listen()
    return made


def test_a_program_of_a_container_from_begin_to_end(world: World) -> None:
    world.process(10, "nginx")
    world.news.take([ProcEvent("exec", 10)], 0)
    world.news.take([ProcEvent("exit", 10), ProcEvent("exit", 10)], 0)
    assert world.heard == [
        ProcessEvent("exec", NODE, 10, "nginx"),
        ProcessEvent("exit", NODE, 10, "nginx"),
    ]


def test_others_are_nobodys_business(world: World) -> None:
    world.process(10, "cron", cgroup="0::/\n")
    world.process(11, "secret", cgroup=f"0::/docker/{'e' * 64}\n")
    world.news.take([ProcEvent("exec", pid) for pid in (10, 11, 12)], 0)
    world.news.take([ProcEvent("exit", pid) for pid in (10, 11, 12)], 0)
    assert world.heard == []


def test_a_container_that_opted_out_is_not_told_of(world: World) -> None:
    world.process(10, "nginx")
    world.context.inventory.hide(NODE)
    world.news.take([ProcEvent("exec", 10)], 0)
    assert world.heard == []


def test_a_storm_is_bounded_and_says_what_it_cost(world: World) -> None:
    world.process(10, "sh")
    world.clock.pass_time(1)
    world.news.take([ProcEvent("exec", 10)] * (MAX_PER_SECOND * 3), 2)
    assert len(world.heard) == MAX_PER_SECOND
    assert world.lost == 2 * MAX_PER_SECOND + 2
