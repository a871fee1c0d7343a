"""Who may open a tunnel, and how its socket lives and ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from promscope_api.control import endpoint
from promscope_wire import frames
from tests.trust.probe import FULL_ID, NODE, record, running_probe
from tests.trust.until import until
from tests.trust.web import SECRET, Web

HELLO = frames.Hello(frames.PROTOCOL, "host-a", "machine-a", "1", "e", (), 0.0)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path, heartbeat_seconds=0.5) as web:
        yield web


def dial(web: Web, query: str = "", **headers: str) -> connect:
    sent = {"authorization": f"Bearer {SECRET}", **headers}
    return connect(
        f"ws://127.0.0.1:{web.port}/api/v1/tunnel{query}",
        additional_headers={name: value for name, value in sent.items() if value},
        proxy=None,
    )


async def ended(socket: ClientConnection) -> tuple[int, str]:
    """How the API closed it."""

    async def drain() -> None:
        while True:
            await asyncio.wait_for(socket.recv(), 10)

    with pytest.raises(ConnectionClosed) as closed:
        await drain()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.mark.parametrize(
    ("headers", "query", "status", "reason"),
    [
        ({"authorization": ""}, "", 401, "no-secret"),
        ({"authorization": "Bearer "}, "", 401, "no-secret"),
        ({"authorization": f"Basic {SECRET}"}, "", 401, "no-secret"),
        ({"authorization": "Bearer wrong"}, "", 403, "wrong-secret"),
        ({"authorization": f"Bearer {SECRET}x"}, "", 403, "wrong-secret"),
        ({"authorization": f"Bearer {SECRET[:-1]}"}, "", 403, "wrong-secret"),
        ({"authorization": "", "cookie": f"secret={SECRET}"}, "", 401, "no-secret"),
        ({"origin": "http://127.0.0.1"}, "", 403, "browser"),
        ({"authorization": ""}, f"?token={SECRET}", 400, "credential-in-url"),
    ],
)
async def test_every_other_connection_is_refused_before_the_upgrade_and_recorded(
    web: Web, headers: dict[str, str], query: str, status: int, reason: str
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await dial(web, query, **headers)
    assert refused.value.response.status_code == status
    (record,) = web.records()
    assert (record["event.action"], record["promscope.problem"]) == ("tunnel-open", reason)
    assert record["source.ip"] == "127.0.0.1"
    assert SECRET not in str(record)
    assert web.listener.told == []


async def test_a_secret_that_changes_on_disk_counts_at_once(web: Web) -> None:
    Path(web.secret_file).write_text("another-secret-of-32-characters!")
    with pytest.raises(InvalidStatus):
        await dial(web)
    Path(web.secret_file).chmod(0o644)
    with pytest.raises(InvalidStatus):
        await dial(web, authorization="Bearer another-secret-of-32-characters!")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", 4400),
        ("{}", 4400),
        ("[" * 50_000, 4400),
        (b"bytes", 4400),
        ("x" * 100_000, 4400),
        (frames.encode(frames.Heartbeat("e", 1, 0.0)), 4400),
        (frames.encode(frames.Hello(99, "a", "b", "1", "e", (), 0.0)), 4426),
        (frames.encode(frames.Hello(1, "../a", "b", "1", "e", (), 0.0)), 4400),
        (frames.encode(frames.Hello(1, "", "b", "1", "e", (), 0.0)), 4400),
        (frames.encode(frames.Hello(1, "a", "b", "1", "", (), 0.0)), 4400),
    ],
)
async def test_a_bad_hello_is_closed_with_the_reason(
    web: Web, message: str | bytes, code: int
) -> None:
    async with dial(web) as socket:
        await socket.send(message)
        assert (await ended(socket))[0] == code
    assert web.listener.told == []


async def test_no_hello_at_all_is_closed(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "HANDSHAKE_SECONDS", 0.1)
    async with dial(web) as socket:
        assert (await ended(socket))[0] == 4408


async def opened(socket: ClientConnection) -> None:
    await socket.send(frames.encode(HELLO))
    assert isinstance(frames.decode_from_api(await socket.recv()), frames.Welcome)
    await socket.send(frames.encode(frames.Inventory("e", 1, (record(),))))


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frames.Hello(1, "host-a", "m", "1", "e", (), 0.0), 4400),
        (frames.Change("e", 3, "start", NODE), 4409),
        (frames.Change("other", 2, "start", NODE), 4400),
        (frames.Inventory("other", 1, ()), 4400),
    ],
)
async def test_a_probe_out_of_step_must_begin_again(web: Web, sent: Any, code: int) -> None:
    async with dial(web) as socket:
        await opened(socket)
        await socket.send(frames.encode(sent))
        assert (await ended(socket))[0] == code
    await until(lambda: web.listener.words() == ["connected", "inventory", "lost"], "it is lost")
    why = {4400: "invalid", 4409: "gap"}[code]
    await until(lambda: web.tunnels_ended == [why], "its end is counted")


async def test_a_probe_that_leaves_is_counted_as_that(web: Web) -> None:
    async with dial(web) as socket:
        await opened(socket)
    await until(lambda: web.tunnels_ended == ["closed"], "its end is counted")


async def test_a_silent_probe_is_closed_and_lost(web: Web) -> None:
    async with dial(web) as socket:
        await opened(socket)
        code, reason = await ended(socket)
    assert (code, reason) == (4408, "nothing heard for 2 s")
    await until(lambda: web.listener.words()[-1] == "lost", "it is lost")


async def test_a_frame_of_a_newer_probe_is_ignored(web: Web) -> None:
    async with dial(web) as socket:
        await opened(socket)
        await socket.send('{"type":"from-the-future"}')
        await socket.send(frames.encode(frames.Change("e", 2, "destroy", NODE)))
        await until(lambda: "change" in web.listener.words(), "the change")


async def test_more_tunnels_than_it_takes_are_turned_away(web: Web) -> None:
    web.trust.tunnel_endpoint._max_tunnels = 1
    async with dial(web) as socket:
        await opened(socket)
        with pytest.raises(InvalidStatus) as refused:
            await dial(web)
        assert refused.value.response.status_code == 503


async def test_a_real_probe_and_the_api_agree(web: Web) -> None:
    async with running_probe(web.url, web.secret_file) as probe:
        await until(lambda: "inventory" in web.listener.words(), "the inventory")
        for number in range(50):
            container_id = f"{number:012x}" + FULL_ID[12:]
            probe.inventory.update("start", record(container_id=container_id))
        last = f"container:{49:012x}"
        await until(lambda: web.trust.tunnels.record(last) is not None, "the last change")
        probe.inventory.remove("destroy", last)
        await until(lambda: web.trust.tunnels.record(last) is None, "the removal")
        (status,) = web.trust.tunnels.status()
        assert (status.hostname, status.sequence, status.containers) == ("machine-a", 51, 49)
        assert abs(status.skew_seconds) < 60
    await until(lambda: not web.trust.tunnels.status()[0].connected, "it is lost")


async def test_an_api_that_restarts_is_found_again(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        with Web(tmp_path) as first:
            probing = running_probe(first.url, first.secret_file)
            probe = await stack.enter_async_context(probing)
            await until(lambda: probe.connected, "the first tunnel")
            probe.inventory.update("start", record())
        with Web(tmp_path, port=first.port) as second:
            await until(lambda: second.trust.tunnels.record(NODE) is not None, "all again")
