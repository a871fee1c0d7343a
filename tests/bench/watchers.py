"""Many subscribers and many tunnels of one API, in one event loop of a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Sequence
from typing import Any, Self
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect

from promscope_wire.frames import (
    PROTOCOL,
    Change,
    ContainerRecord,
    Heartbeat,
    Hello,
    Inventory,
    encode,
)

_AT_ONCE = 50
_BEAT_SECONDS = 5.0


class Watchers:
    """`watch` opens subscribers, `tunnels` probes. `with` ends them all."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("http", "ws", 1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._sockets: list[ClientConnection] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._probes: dict[str, tuple[ClientConnection, int]] = {}
        self._text = ""
        self._seen: dict[ClientConnection, float] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(600)

    def watch(self, topics: Sequence[tuple[str, str]], count: int) -> None:
        """So many subscribers, spread over (view, filter)."""
        self._do(self._in_turns([self._subscribe(*topics[n % len(topics)]) for n in range(count)]))

    def tunnels(self, host_ids: Sequence[str], secret: str) -> None:
        """A tunnel each, with an empty inventory."""
        self._do(self._in_turns([self._dial(host_id, secret) for host_id in host_ids]))

    def event(
        self, host_id: str, container: str, seconds: float = 20, *, gone: bool = False
    ) -> list[float]:
        """Start a container on a host of a tunnel, or remove it: seconds until each subscriber was
        told, of those that were within the time."""
        return list(self._do(self._event(host_id, container, seconds, gone)))

    async def _in_turns(self, work: list[Coroutine[Any, Any, None]]) -> None:
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(what: Coroutine[Any, Any, None]) -> None:
            async with turns:
                await what

        await asyncio.gather(*map(one, work))

    async def _subscribe(self, view: str, text: str) -> None:
        query = f"?filter={quote(text)}" if text else ""
        address = f"{self._url}/api/v1/topology/{view}/ws{query}"
        socket = await connect(address, max_size=None, compression=None, open_timeout=60)
        self._sockets.append(socket)
        first = await socket.recv(decode=False)
        assert first.startswith(b'{"type":"full"')
        self._tasks.append(asyncio.create_task(self._listen(socket)))

    async def _listen(self, socket: ClientConnection) -> None:
        async for message in socket:
            if self._text and self._text in str(message):
                self._seen.setdefault(socket, time.monotonic())

    async def _dial(self, host_id: str, secret: str) -> None:
        socket = await connect(
            f"{self._url}/api/v1/tunnel",
            additional_headers={"Authorization": f"Bearer {secret}"},
            compression=None,
            open_timeout=60,
        )
        self._sockets.append(socket)
        hello = Hello(
            PROTOCOL, host_id, version="bench", epoch="bench", control=(),
            wall_clock=time.time(), hostname=host_id,
        )  # fmt: skip
        await socket.send(encode(hello))
        await socket.recv()
        await socket.send(encode(Inventory("bench", 1, ())))
        self._probes[host_id] = (socket, 1)
        self._tasks.append(asyncio.create_task(self._beat(host_id)))

    async def _beat(self, host_id: str) -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            socket, sequence = self._probes[host_id]
            await socket.send(encode(Heartbeat("bench", sequence, time.time())))

    async def _event(self, host_id: str, container: str, seconds: float, gone: bool) -> list[float]:
        socket, sequence = self._probes[host_id]
        self._probes[host_id] = (socket, sequence + 1)
        self._seen, self._text = {}, container
        record = ContainerRecord(
            node=f"container:{container}", id=container.ljust(64, "0"), state="running",
            name=f"service-0-service-1-service-2-service-3-{container}", image="shop:1",
            image_id="",
        )  # fmt: skip
        frame = Change("bench", sequence + 1, "start", record.node, record)
        if gone:
            frame = Change("bench", sequence + 1, "destroy", record.node)
        began = time.monotonic()
        await socket.send(encode(frame))
        before = -1
        while time.monotonic() - began < seconds and (len(self._seen) != before or before < 1):
            before = len(self._seen)
            await asyncio.sleep(1)
        return [at - began for at in self._seen.values()]

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*(socket.close() for socket in self._sockets), return_exceptions=True)


async def echo(count: int, size: int) -> list[float]:
    """Seconds that a message of `size` takes through a bare WebSocket server and back."""
    from websockets.asyncio.server import ServerConnection, serve  # noqa: PLC0415

    async def answer(socket: ServerConnection) -> None:
        async for message in socket:
            await socket.send(message)

    found = []
    async with serve(answer, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
            for _ in range(count):
                began = time.monotonic()
                await socket.send("x" * size)
                await socket.recv()
                found.append(time.monotonic() - began)
    return found
