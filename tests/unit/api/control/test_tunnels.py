"""The registry: who speaks for a host, and what is remembered of it."""

from __future__ import annotations

import asyncio

import pytest

from promscope_api.control.tunnel import Tunnel
from promscope_api.control.tunnels import REMEMBER_SECONDS, Tunnels
from promscope_wire.frames import (
    PROTOCOL,
    Activity,
    Change,
    Control,
    Heartbeat,
    Hello,
    Inventory,
    Outcome,
    Query,
)
from tests.trust.listener import Recorder
from tests.trust.probe import FULL_ID, NODE, record

STOP = Control("op", "stop", NODE, 8.0)
OTHER_ID = "fedcba987654" + FULL_ID[12:]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class World:
    def __init__(self) -> None:
        self.listener = Recorder()
        self.clock = Clock()
        self.tunnels = Tunnels(self.listener, self.clock)

    def probe(self, host_id: str = "host-a", epoch: str = "e", name: str = "machine-a") -> Tunnel:
        async def send(_: str) -> None:
            await asyncio.Event().wait()

        hello = Hello(PROTOCOL, host_id, name, "1", epoch, ("lifecycle",), 0.0)
        tunnel = Tunnel(hello, "192.0.2.1", send)
        self.tunnels.join(tunnel)
        return tunnel


def kind(outcome: Outcome) -> str:
    assert outcome.problem is not None
    return outcome.problem.kind


async def test_a_probe_comes_tells_and_goes() -> None:
    world = World()
    probe = world.probe()
    world.tunnels.inventory(probe, Inventory("e", 1, (record(),)))
    world.tunnels.change(probe, Change("e", 2, "pause", NODE, record("paused")))
    world.tunnels.change(probe, Change("e", 2, "pause", NODE, record("paused")))
    assert world.tunnels.host_of(NODE) == "host-a"
    assert world.tunnels.host_of("host:host-a") == "host-a"
    assert world.tunnels.record(NODE) == record("paused")
    world.tunnels.leave(probe)
    world.tunnels.leave(probe)
    assert world.listener.words() == ["connected", "inventory", "change", "lost"]
    (status,) = world.tunnels.status()
    assert (status.connected, status.containers, status.sequence) == (False, 1, 2)


async def test_a_removed_container_is_no_longer_a_hosts() -> None:
    world = World()
    probe = world.probe()
    world.tunnels.inventory(probe, Inventory("e", 1, (record(), record(container_id=OTHER_ID))))
    world.tunnels.change(probe, Change("e", 2, "destroy", NODE))
    assert world.tunnels.host_of(NODE) is None
    assert world.tunnels.record(NODE) is None
    world.tunnels.inventory(probe, Inventory("e", 3, ()))
    assert world.tunnels.host_of(f"container:{OTHER_ID[:12]}") is None


async def test_unknown_nodes_have_no_host() -> None:
    tunnels = World().tunnels
    assert tunnels.host_of("container:0123456789ab") is None
    assert tunnels.host_of("host:nobody") is None
    assert tunnels.record("x") is None
    assert tunnels.probe("nobody") is None


async def test_a_reconnect_of_the_same_start_replaces_the_old_tunnel() -> None:
    world = World()
    old = world.probe()
    world.tunnels.inventory(old, Inventory("e", 1, (record(),)))
    asked = asyncio.create_task(world.tunnels.act("host-a", STOP, 60.0))
    await asyncio.sleep(0)
    world.probe()
    assert kind(await asked) == "unknown", "never queued across a reconnect"
    assert old.ended.result().code == 4001
    assert world.listener.words() == ["connected", "inventory", "lost", "connected"]
    assert world.tunnels.status()[0].duplicates == ()
    assert world.tunnels.record(NODE) is not None, "known until the new tunnel tells"


async def test_two_live_probes_with_one_host_id_take_no_controls() -> None:
    world = World()
    first, second = world.probe(), world.probe(epoch="f", name="clone")
    world.tunnels.inventory(first, Inventory("e", 1, (record(),)))
    world.tunnels.inventory(second, Inventory("f", 9, (record(container_id=OTHER_ID),)))
    world.tunnels.change(second, Change("f", 10, "x", NODE, record("paused")))
    assert world.listener.words() == ["connected", "inventory"], "one voice per host"
    assert world.tunnels.record(NODE) == record()
    (status,) = world.tunnels.status()
    assert status.duplicates == ("clone @ 192.0.2.1",)
    assert kind(await world.tunnels.act("host-a", STOP)) == "duplicate"
    world.tunnels.leave(first)
    assert world.listener.words()[2:] == ["lost", "connected", "inventory"]
    (status,) = world.tunnels.status()
    assert (status.hostname, status.duplicates, status.sequence) == ("clone", (), 10)
    assert world.tunnels.host_of(f"container:{OTHER_ID[:12]}") == "host-a"


async def test_a_container_of_a_live_host_is_not_taken_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World()
    owner, thief = world.probe(), world.probe("host-b", "f")
    own = record(container_id=OTHER_ID)
    world.tunnels.inventory(owner, Inventory("e", 1, (record(),)))
    world.tunnels.inventory(thief, Inventory("f", 1, (record("paused"), own)))
    world.tunnels.change(thief, Change("f", 2, "pause", NODE, record("paused")))
    world.tunnels.change(thief, Change("f", 3, "destroy", NODE))
    assert world.tunnels.host_of(NODE) == "host-a"
    assert world.tunnels.record(NODE) == record()
    assert world.tunnels.host_of(own.node) == "host-b"
    heard = [(what, told) for what, host, told in world.listener.told if host == "host-b"]
    assert heard[1:] == [("inventory", Inventory("f", 1, (own,)))], "and no change"
    assert caplog.text.count("claims container:") == 1


async def test_a_container_of_a_lost_host_may_move() -> None:
    world = World()
    old, new = world.probe(), world.probe("host-b", "f")
    world.tunnels.inventory(old, Inventory("e", 1, (record(),)))
    world.tunnels.leave(old)
    world.tunnels.inventory(new, Inventory("f", 1, (record(),)))
    assert world.tunnels.host_of(NODE) == "host-b"


async def test_a_duplicate_that_goes_changes_nothing() -> None:
    world = World()
    first, second = world.probe(), world.probe(epoch="f")
    world.tunnels.leave(second)
    assert world.listener.words() == ["connected"]
    asked = asyncio.create_task(world.tunnels.act("host-a", STOP, 5.0))
    await asyncio.sleep(0)
    first.take_outcome(Outcome("op", "done"))
    assert (await asked).status == "done"


async def test_without_a_tunnel_nothing_is_queued() -> None:
    world = World()
    assert kind(await world.tunnels.act("host-a", STOP)) == "offline"
    answer = await world.tunnels.ask("host-a", Query("q", "processes", NODE))
    assert answer.problem is not None
    world.tunnels.leave(world.probe())
    assert kind(await world.tunnels.act("host-a", STOP)) == "offline"


async def test_a_lost_host_is_forgotten_after_a_while() -> None:
    world = World()
    probe = world.probe()
    world.tunnels.inventory(probe, Inventory("e", 1, (record(),)))
    world.tunnels.leave(probe)
    world.clock.now += REMEMBER_SECONDS - 1
    world.probe("host-b")
    assert world.tunnels.host_of(NODE) == "host-a"
    world.clock.now += 2
    world.probe("host-c")
    assert world.tunnels.host_of(NODE) is None
    assert [status.host_id for status in world.tunnels.status()] == ["host-b", "host-c"]


async def test_the_clocks_difference_is_told() -> None:
    world = World()
    probe = world.probe()
    world.tunnels.heartbeat(probe, Heartbeat("e", 1, 0.0))
    assert world.tunnels.status()[0].skew_seconds < -1e9
    assert [what for what, _, _ in world.listener.told] == ["connected", "heartbeat"]


async def test_a_listener_that_fails_harms_no_tunnel(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.listener.connected = None  # type: ignore[assignment]
    probe = world.probe()
    world.tunnels.inventory(probe, Inventory("e", 1, (record(),)))
    assert world.listener.words() == ["inventory"]
    assert "the listener of the tunnels failed at connected" in caplog.text


def test_before_the_first_tunnel_there_is_nothing_to_ask() -> None:
    tunnels = Tunnels(Recorder())
    with pytest.raises(RuntimeError):
        tunnels.from_thread(tunnels.ask("host-a", Query("q", "processes", NODE)))


async def test_a_host_is_watched_for_a_while() -> None:
    world = World()
    probe = world.probe()
    watching = asyncio.ensure_future(world.tunnels.watch("host-a", 0.05))
    await asyncio.sleep(0)
    one = Activity("e", lost=1)
    probe.take_activity(one)
    assert await watching == [one]
    probe.take_activity(one)


async def test_a_host_without_a_tunnel_cannot_be_watched() -> None:
    world = World()
    with pytest.raises(ConnectionError, match="no tunnel"):
        await world.tunnels.watch("host-a", 0.05)
    probe = world.probe()
    watching = asyncio.ensure_future(world.tunnels.watch("host-a", 60))
    await asyncio.sleep(0)
    probe.end(4001, "replaced")
    world.tunnels.leave(probe)
    with pytest.raises(ConnectionError, match="lost"):
        await watching
