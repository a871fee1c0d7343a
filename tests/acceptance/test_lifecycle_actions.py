"""The six actions, from a signed-in request to the real Docker Engine and back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from promscope_wire import ids
from tests.trust import containers
from tests.trust.probe import RunningProbe, running_probe
from tests.trust.until import until
from tests.trust.web import Reply, Web

pytestmark = pytest.mark.docker

SOCKET = "unix:///var/run/docker.sock"


@pytest.fixture(scope="module", autouse=True)
def image() -> Iterator[None]:
    with containers.machine():
        yield


class World:
    def __init__(self, web: Web, probe: RunningProbe) -> None:
        self.web = web
        self.probe = probe
        self._headers = web.sign_in("admin")

    async def act(self, action: str, container_id: str, **body: Any) -> Reply:
        path = f"/api/v1/nodes/{ids.container(container_id)}/actions/{action}"
        return await asyncio.to_thread(self.web.ask, "POST", path, body, **self._headers)

    async def known(self, container_id: str, state: str) -> None:
        """The API has heard that the container is in this state."""

        def look() -> bool:
            record = self.web.trust.tunnels.record(ids.container(container_id))
            return record is not None and record.state == state

        await until(look, f"the API knows that it is {state}")

    def outcomes(self) -> list[tuple[str, str]]:
        return [
            (record["event.action"].removeprefix("container-"), record["event.outcome"])
            for record in self.web.records()
            if record.get("promscope.operation.phase") == "outcome"
        ]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    with Web(tmp_path) as web:
        probing = running_probe(
            web.url,
            web.secret_file,
            docker_host=SOCKET,
            follow=True,
            control=("lifecycle", "update"),
        )
        async with probing as probe:
            yield World(web, probe)


async def test_a_containers_whole_life(world: World) -> None:
    container = containers.run("life", *containers.OBEDIENT)
    await world.known(container, "running")
    for action, after in (
        ("pause", "paused"),
        ("unpause", "running"),
        ("restart", "running"),
        ("stop", "exited"),
        ("start", "running"),
        ("stop", "exited"),
    ):
        reply = await world.act(action, container)
        assert (reply.status, reply.json["status"]) == (200, "done"), (action, reply)
        assert containers.state(container) == after
        await world.known(container, after)
    assert (await world.act("remove", container)).status == 200
    assert not containers.exists(container)
    node = ids.container(container)
    await until(lambda: world.web.trust.tunnels.record(node) is None, "the API knows it is gone")
    assert {outcome for _, outcome in world.outcomes()} == {"success"}
    assert len(world.outcomes()) == 7


async def test_new_limits_hold_at_once_and_are_known(world: World) -> None:
    container = containers.run("limits", *containers.OBEDIENT)
    await world.known(container, "running")
    reply = await world.act(
        "update", container, cpu_limit_cores=0.5, memory_limit_bytes=64 * 2**20,
        restart_policy="on-failure", restart_maximum_retries=3,
    )  # fmt: skip
    assert reply.status == 200, reply
    policy = "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}"
    told = "{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} " + policy
    found = containers.docker("inspect", "-f", told, container)
    assert found == "500000000 67108864 on-failure 3"

    def look() -> bool:
        record = world.web.trust.tunnels.record(ids.container(container))
        return record is not None and record.memory_limit_bytes == 64 * 2**20

    await until(look, "the API knows its new limit")
    assert world.outcomes() == [("update", "success")]


@pytest.mark.parametrize(
    ("state", "action", "words"),
    [
        ("running", "start", "already running"),
        ("running", "unpause", "not paused"),
        ("running", "remove", "cannot be removed"),
        ("paused", "pause", "already paused"),
        ("exited", "stop", "not running"),
        ("exited", "pause", "not running"),
    ],
)
async def test_what_its_state_does_not_allow_is_a_conflict(
    world: World, state: str, action: str, words: str
) -> None:
    container = containers.run(f"{state}-{action}", *containers.OBEDIENT)
    if state == "paused":
        containers.docker("pause", container)
    elif state == "exited":
        containers.docker("stop", container)
    await world.known(container, state)
    reply = await world.act(action, container)
    assert reply.status == 409, reply
    assert words in reply.json["detail"]
    assert containers.state(container) == state
    assert world.outcomes() == [(action, "failure")]


async def test_a_paused_container_can_be_stopped_and_a_running_one_removed_by_force(
    world: World,
) -> None:
    container = containers.run("force", *containers.OBEDIENT)
    await world.known(container, "running")
    assert (await world.act("pause", container)).status == 200
    assert (await world.act("stop", container, timeout_seconds=1)).status in (200, 202)
    await world.known(container, "exited")
    assert (await world.act("start", container)).status == 200
    assert (await world.act("remove", container, force=True)).status == 200
    assert not containers.exists(container)


async def test_a_container_that_died_meanwhile_is_gone(world: World) -> None:
    container = containers.run("gone", *containers.OBEDIENT)
    await world.known(container, "running")
    acting = asyncio.create_task(world.act("stop", container, timeout_seconds=0))
    await asyncio.to_thread(containers.docker, "rm", "-f", container)
    reply = await acting
    assert reply.status in (200, 404, 409), reply
    reply = await world.act("stop", container)
    assert reply.status in (404, 409)
    assert reply.json["operation_id"]


async def test_a_container_that_takes_its_time_is_accepted_and_its_end_recorded(
    world: World,
) -> None:
    container = containers.run("slow", *containers.DEAF)
    await world.known(container, "running")
    began = time.monotonic()
    reply = await world.act("stop", container)
    assert (reply.status, reply.json["status"]) == (202, "running")
    assert time.monotonic() - began < 10
    await until(lambda: world.outcomes() == [("stop", "success")], "the outcome is recorded")
    assert containers.state(container) == "exited"


async def test_an_opted_out_container_cannot_be_reached(world: World) -> None:
    """D2."""
    name = f"{containers.PREFIX}hidden"
    label = ("--label", "promscope.enable=false")
    container = containers.docker(
        "run", "-d", "--network", "none", *label, "--name", name, containers.IMAGE, *containers.DEAF
    )
    other = containers.run("seen", *containers.OBEDIENT)
    await world.known(other, "running")
    assert (await world.act("stop", container)).status == 404
    assert containers.state(container) == "running"
