"""Large messages over a real socket: whole at the reader, in pieces at the writer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from promscope_api.live.sliced_socket import FRAGMENT, SlicedSocket

Send = Callable[[dict[str, Any]], Awaitable[None]]
#: More than the buffers of both ends' kernels hold.
LARGE = "x" * 32 * 1024 * 1024


class Served:
    """A server whose sockets are all written to by `write`."""

    def __init__(self, write: Callable[[Send], Awaitable[None]]) -> None:
        self._write = write
        self.ended: asyncio.Future[BaseException | None] = asyncio.Future()
        config = uvicorn.Config(
            self._app, interface="asgi3", ws=SlicedSocket, ws_per_message_deflate=False,
            lifespan="off", log_config=None, timeout_graceful_shutdown=1,
        )  # fmt: skip
        self.server = uvicorn.Server(config)

    async def _app(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        assert scope["type"] == "websocket"
        await receive()
        await send({"type": "websocket.accept"})
        try:
            await self._write(send)
        except BaseException as error:
            self.ended.set_result(error)
            raise
        self.ended.set_result(None)

    @property
    def connection(self) -> SlicedSocket:
        (found,) = (one for one in self.server.server_state.connections if hasattr(one, "writable"))
        assert isinstance(found, SlicedSocket)
        return found


@asynccontextmanager
async def reader(served: Served) -> AsyncIterator[ClientConnection]:
    """A client of it."""
    listener = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(served.server.serve([listener]))
    address = f"ws://127.0.0.1:{listener.getsockname()[1]}"
    try:
        async with connect(
            address, compression=None, max_size=None, open_timeout=60, close_timeout=1
        ) as client:
            yield client
    finally:
        served.server.should_exit = True
        await asyncio.wait_for(running, 60)
        listener.close()


async def stuck(served: Served) -> None:
    """Until the server waits for its reader."""
    async with asyncio.timeout(60):
        while served.connection.writable.is_set():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "small",
        "a" * FRAGMENT,
        "a" * (FRAGMENT + 1),
        "ä€🙂" * FRAGMENT,
        "0123456789" * 300_000,
    ],
    ids=["empty", "small", "one", "one-and-a-bit", "not-ascii", "large"],
)
async def test_a_message_arrives_whole(text: str) -> None:
    async def write(send: Send) -> None:
        await send({"type": "websocket.send", "text": text})
        await send({"type": "websocket.send", "text": "next"})
        await send({"type": "websocket.send", "bytes": b"\0" * 3 * FRAGMENT})
        await send({"type": "websocket.close"})

    async with reader(Served(write)) as client, asyncio.timeout(60):
        assert await client.recv() == text
        assert await client.recv() == "next"
        assert await client.recv() == b"\0" * 3 * FRAGMENT


async def test_what_a_reader_has_not_taken_is_not_copied_for_it() -> None:
    async def write(send: Send) -> None:
        await send({"type": "websocket.send", "text": LARGE})

    served = Served(write)
    async with reader(served) as client:
        client.transport.pause_reading()
        await stuck(served)
        assert 0 < served.connection.transport.get_write_buffer_size() <= 4 * FRAGMENT
        client.transport.resume_reading()
        async with asyncio.timeout(60):
            assert len(await client.recv()) == len(LARGE)


async def test_one_that_takes_too_long_is_closed_within_a_message() -> None:
    waiting = asyncio.Event()

    async def write(send: Send) -> None:
        sending = asyncio.ensure_future(send({"type": "websocket.send", "text": LARGE}))
        await waiting.wait()
        sending.cancel()
        await asyncio.wait([sending])
        closing = {"type": "websocket.close", "code": 4408, "reason": "slow"}
        await send(closing)

    served = Served(write)
    async with reader(served) as client:
        client.transport.pause_reading()
        await stuck(served)
        waiting.set()
        client.transport.resume_reading()
        with pytest.raises(ConnectionClosedError) as found:
            await asyncio.wait_for(client.recv(), 60)
        assert found.value.rcvd is not None
        assert (found.value.rcvd.code, found.value.rcvd.reason) == (4408, "slow")


async def test_a_reader_that_goes_within_a_message_ends_the_writing() -> None:
    async def write(send: Send) -> None:
        await send({"type": "websocket.send", "text": LARGE})

    served = Served(write)
    async with reader(served) as client:
        client.transport.pause_reading()
        await stuck(served)
        client.transport.abort()
        error = await asyncio.wait_for(served.ended, 60)
        assert isinstance(error, OSError)
