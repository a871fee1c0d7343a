"""A browser's side of a stream: ticket, socket, first message, and what comes after."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.trust.until import until
from tests.trust.web import Web


class StreamClient:
    """`data` has the bytes so far, `said` the messages."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.data = bytearray()
        self.said: list[dict[str, Any]] = []
        self.code: int | None = None
        self._reading = asyncio.ensure_future(self._read())

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def type(self, text: str) -> None:
        await self.socket.send(text.encode())

    async def shows(self, text: str) -> None:
        """Wait until the bytes have this text."""
        await until(lambda: text.encode() in self.data, f"{text!r} in {self.data[-2000:]!r}")

    async def opened(self) -> dict[str, Any]:
        await until(lambda: self.said, "an answer to the wish")
        assert self.said[0]["type"] == "opened", self.said
        return self.said[0]

    async def end(self) -> dict[str, Any]:
        """The last message, once the socket is closed."""
        await until(self._reading.done, "the end of the stream")
        return self.said[-1] if self.said else {}

    async def close(self) -> None:
        await self.socket.close()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                if isinstance(message, bytes):
                    self.data += message
                else:
                    self.said.append(json.loads(message))
        except ConnectionClosed:
            pass  # close codes that are no success are looked at by the test
        self.code = self.socket.close_code


@asynccontextmanager
async def stream(
    web: Web, headers: Mapping[str, str], node: str, kind: str, **wish: Any
) -> AsyncIterator[StreamClient]:
    protocols = await asyncio.to_thread(web.protocols, headers, node, kind)
    async with connect(
        f"{web.url.replace('http', 'ws', 1)}/api/v1/nodes/{node}/{kind}/ws",
        additional_headers={"cookie": headers["cookie"]},
        origin=headers["origin"],  # type: ignore[arg-type]
        subprotocols=protocols,  # type: ignore[arg-type]
        max_size=None,
    ) as socket:
        client = StreamClient(socket)
        await client.say(type=kind, wish=wish)
        try:
            yield client
        finally:
            await client.close()
