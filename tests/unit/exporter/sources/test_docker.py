import asyncio
import logging
from contextlib import asynccontextmanager

import msgspec
import pytest

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources import docker
from promscope_exporter.sources.docker import DockerFollower
from promscope_exporter.sources.engine import Engine
from promscope_exporter.status import Status
from tests.unit.exporter.fakes import ID, OTHER_ID, FakeClock, FakeEngine, inspected, until

NODE, OTHER = f"container:{ID[:12]}", f"container:{OTHER_ID[:12]}"
PAUSED = {"Status": "paused", "Pid": 100, "StartedAt": "2026-11-23T16:00:01Z"}
LABEL_OUT = {"Config": {"Image": "x", "Labels": {"promscope.enable": "false"}}}


class Following:
    def __init__(self, fake, answer_seconds=3):
        self.fake = fake
        self.inventory = Inventory(FakeClock(), 15.0)
        self.status = Status()
        self.changes = []
        self.inventory.subscribe(self.changes.append)
        self.follower = DockerFollower(
            Engine(fake.address, answer_seconds),
            self.inventory,
            self.status,
            ping_seconds=0.05,
            first_backoff_seconds=0.01,
        )

    def state(self, node=NODE):
        container = self.inventory.containers().get(node)
        return container.record.state if container else None

    def events(self, node=NODE):
        return [change.event for change in self.changes if change.node == node]


@asynccontextmanager
async def followed(folder, *answer_seconds):
    async with FakeEngine(folder) as fake:
        one = Following(fake, *answer_seconds)
        fake.containers[ID] = inspected()
        task = asyncio.create_task(one.follower.run())
        await one.follower.settled.wait()
        yield one
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def following(tmp_path):
    async with followed(tmp_path) as one:
        yield one


@pytest.fixture
async def impatient(tmp_path):
    """An answer that comes too late is asked for again."""
    async with followed(tmp_path, 0.5) as one:
        yield one


async def test_what_is_there_at_the_start(following):
    assert following.state() == "running"
    assert following.status.capabilities() == {"docker": True}
    assert not following.inventory.containers()[NODE].newborn


async def test_an_event_has_the_container_inspected(following):
    following.fake.containers[ID] = inspected(State=PAUSED)
    following.fake.tell("pause")
    await until(lambda: following.state() == "paused")
    assert following.events() == ["sync", "pause"]
    assert following.inventory.events(NODE) == {"pause": 1}


async def test_create_and_destroy(following):
    following.fake.containers[OTHER_ID] = inspected(OTHER_ID, Name="/db")
    following.fake.tell("create", OTHER_ID)
    await until(lambda: following.state(OTHER) == "running")
    del following.fake.containers[OTHER_ID]
    following.fake.tell("destroy", OTHER_ID)
    await until(lambda: following.state(OTHER) == "removed")


async def test_what_an_event_tells_does_not_wait_for_a_locked_container(following):
    following.fake.delays[OTHER_ID] = 0.3
    following.fake.tell("create", OTHER_ID, name="db", image="postgres", team="a")
    await until(lambda: following.state(OTHER) == "created")
    record = following.inventory.containers()[OTHER].record
    assert (record.name, record.image, record.labels) == ("db", "postgres", {"team": "a"})
    following.fake.tell("start", OTHER_ID)
    await until(lambda: following.state(OTHER) == "running")
    following.fake.containers[OTHER_ID] = inspected(OTHER_ID, Name="/db")
    await until(lambda: following.inventory.containers()[OTHER].record.pid == 100)


async def test_health_of_a_container_that_checks_itself_is_not_noise(following):
    asked = len(following.fake.asked)
    for action in ("exec_create: /bin/true", "exec_start: /bin/true", "exec_die", "top"):
        following.fake.tell(action)
    following.fake.containers[ID] = inspected(
        State={"Status": "running", "Pid": 100, "Health": {"Status": "unhealthy"}}
    )
    following.fake.tell("health_status: unhealthy")
    await until(lambda: following.inventory.containers()[NODE].record.health == "unhealthy")
    assert following.inventory.events(NODE) == {"health_status": 1}
    assert sum(path.endswith("/json") for path in following.fake.asked[asked:]) == 1


async def test_podman_has_words_of_its_own(following):
    following.fake.containers[ID] = inspected(State={"Status": "exited", "Pid": 0, "ExitCode": 0})
    for action in ("init", "died", "cleanup"):
        following.fake.tell(action)
    await until(lambda: following.state() == "exited")
    following.fake.tell("remove")
    await until(lambda: following.state() == "removed")
    assert following.inventory.events(NODE) == {"die": 1, "destroy": 1}


async def test_joining_a_network_shows_the_new_address(following):
    networks = {"Ports": {}, "Networks": {"back": {"IPAddress": "172.18.0.2"}}}
    following.fake.containers[ID] = inspected(NetworkSettings=networks)
    following.fake.tell("connect", "e" * 64, kind="network", container=ID)
    await until(lambda: following.inventory.containers()[NODE].record.networks)
    assert following.events()[-1] == "network_connect"


async def test_a_burst_costs_few_inspections(following):
    asked = len(following.fake.asked)
    following.fake.delays[ID] = 0.05
    for _ in range(200):
        following.fake.tell("update")
    following.fake.containers[ID] = inspected(State=PAUSED)
    await until(lambda: following.state() == "paused")
    await until(lambda: following.inventory.events(NODE).get("update") == 200)
    assert sum(path.endswith(f"{ID}/json") for path in following.fake.asked[asked:]) <= 5


async def test_gone_between_event_and_inspection(following):
    del following.fake.containers[ID]
    following.fake.tell("die")
    await until(lambda: following.state() == "removed")


async def test_late_inspection_does_not_raise_the_dead(following):
    following.fake.delays[ID] = 0.2
    following.fake.tell("die")
    await until(lambda: following.state() == "exited")
    following.fake.tell("destroy")
    await until(lambda: following.state() == "removed")
    await asyncio.sleep(0.3)
    assert following.state() == "removed"


async def test_reconnects_and_compares_everything_r3(following, caplog):
    await following.fake.stop()
    await until(lambda: following.status.capabilities() == {"docker": False})
    assert "no Docker Engine" in following.inventory.stale[following.fake.address]
    assert following.state() == "running"
    following.fake.containers = {OTHER_ID: inspected(OTHER_ID, Name="/db")}
    with caplog.at_level(logging.INFO):
        await following.fake.__aenter__()
        await until(lambda: following.state(OTHER) == "running")
    assert following.state() == "removed"
    assert following.inventory.stale == {}
    assert following.status.events_lost_total()["docker"] >= 1


async def test_hung_engine_is_noticed_and_recovers_r3(impatient):
    impatient.fake.hung = True
    await until(lambda: impatient.status.capabilities() == {"docker": False})
    assert impatient.state() == "running"
    impatient.fake.hung = False
    await until(lambda: impatient.status.capabilities() == {"docker": True})


async def test_unreadable_event_starts_anew(following):
    following.fake.tell_raw(b"not json\n")
    await until(lambda: following.status.events_lost_total().get("docker"))
    following.fake.containers[ID] = inspected(State=PAUSED)
    await until(lambda: following.state() == "paused")
    assert following.status.capabilities() == {"docker": True}


async def test_opted_out_is_nowhere_d2(following):
    following.fake.containers[OTHER_ID] = inspected(OTHER_ID, **LABEL_OUT)
    following.fake.tell("create", OTHER_ID)
    await until(lambda: following.inventory.hidden(OTHER))
    assert following.state(OTHER) is None
    assert following.events(OTHER) == []
    assert following.inventory.events(OTHER) == {}


async def test_opted_out_is_nowhere_even_while_locked_d2(following):
    following.fake.delays[OTHER_ID] = 0.2
    attributes = {"name": "db", "promscope.enable": "false"}
    following.fake.tell("create", OTHER_ID, **attributes)
    await until(lambda: following.inventory.hidden(OTHER))
    assert following.events(OTHER) == []


async def test_one_container_that_cannot_be_inspected(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        fake.containers = {ID: inspected(), OTHER_ID: inspected(OTHER_ID, Name="/db")}
        fake.delays[OTHER_ID] = 60
        one = Following(fake, 0.5)
        task = asyncio.create_task(one.follower.run())
        await until(lambda: one.state() == "running")
        assert one.inventory.containers()[OTHER].record.name == "db"
        fake.delays.clear()
        await until(lambda: one.inventory.containers()[OTHER].record.pid == 100)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_known_container_that_cannot_be_inspected_keeps_what_is_known(impatient):
    known = impatient.inventory.containers()[NODE].record
    impatient.fake.containers[ID] = inspected(State=PAUSED, Name="/shop")
    impatient.fake.delays[ID] = 60
    impatient.fake.drop()
    await until(lambda: impatient.state() == "paused")
    wanted = msgspec.structs.replace(known, name="shop", state="paused")
    assert impatient.inventory.containers()[NODE].record == wanted


async def test_without_an_engine_there_is_an_empty_inventory_and_one_message(tmp_path, caplog):
    one = Following(FakeEngine(tmp_path))
    task = asyncio.create_task(one.follower.run())
    await one.follower.settled.wait()
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert one.status.capabilities() == {"docker": False}
    assert one.inventory.containers() == {}
    assert one.inventory.stale == {}
    assert len([entry for entry in caplog.records if "docker" in entry.message]) == 1


async def test_more_events_than_can_be_followed(following, monkeypatch):
    monkeypatch.setattr(docker, "MAX_QUEUED_EVENTS", 5)
    streams = following.fake.asked.count("/events")
    following.fake.drop()
    await until(lambda: following.fake.asked.count("/events") > streams)
    await until(lambda: following.fake._streams)
    following.fake.tell_raw(b'{"Type":"container","Action":"top"}\n' * 1000)
    await until(lambda: following.status.events_lost_total()["docker"] >= 2)
