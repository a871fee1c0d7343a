"""The Docker Engine's HTTP API on asyncio streams.

Not the docker SDK: it blocks, and importing it costs a quarter of the probe's memory budget.
Every answer is limited in time and size, because an engine can hang or answer without end.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

MAX_ANSWER_BYTES = 16 * 1024 * 1024
MAX_EVENT_BYTES = 1024 * 1024
ANSWER_SECONDS = 10.0

_CHUNK = 64 * 1024
_DIGITS = re.compile(rb"[0-9A-Fa-f]{1,16}")
_MAX_HEAD_BYTES = 64 * 1024


class EngineError(Exception):
    """The engine did not give a usable answer; the message says why and the remedy."""


class NotFound(EngineError):
    """The engine does not know the object."""


class Engine:
    """The engine at `unix:///path` or `tcp://host:port`."""

    def __init__(self, address: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.address = address
        self._seconds = answer_seconds
        self._version = ""
        #: Whether it is Podman, which answers with Docker's API; known after the first ping.
        self.is_podman = False

    async def ping(self) -> None:
        """Ask whether it lives, and which version of the API it speaks. Raises EngineError."""
        async with self._limited("/_ping"), self._answer("/_ping") as (fields, body):
            self._version = fields.get("api-version", self._version)
            self.is_podman = "libpod-api-version" in fields
            await _whole(body, _CHUNK)

    async def get(self, path: str, /, **parameters: str) -> bytes:
        """The body of the answer to GET `path`. Raises EngineError, NotFound for a 404."""
        async with self._limited(path), self._answer(path, parameters) as (_, body):
            return await _whole(body, MAX_ANSWER_BYTES)

    async def call(self, method: str, path: str, /, **parameters: str) -> tuple[int, bytes]:
        """Have the engine do something: status and body of its answer, whatever the status.

        Raises EngineError where there is no answer.
        """
        exchange = self._exchange(method, path, parameters)
        async with self._limited(path), exchange as (status, _, body):
            # The answer to HEAD tells the length of a body that does not follow.
            return status, b"" if method == "HEAD" else await _whole(body, _CHUNK)

    async def post(self, path: str, document: dict[str, Any]) -> tuple[int, bytes]:
        """Post a JSON document: status and body of the answer, whatever the status.

        Raises EngineError where there is no answer.
        """
        exchange = self._exchange("POST", path, body=msgspec.json.encode(document))
        async with self._limited(path), exchange as (status, _, body):
            return status, await _whole(body, _CHUNK)

    @asynccontextmanager
    async def hijack(
        self, path: str, document: dict[str, Any]
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """The connection that a POST becomes: bare bytes both ways. Raises EngineError, NotFound
        for a 404."""
        body = msgspec.json.encode(document)
        async with self._connection("POST", path, {}, body=body, upgrade=True) as found:
            reader, writer, status, fields = found
            if status not in (101, 200):
                text = (await _whole(_body(reader, fields), _CHUNK)).decode("utf-8", "replace")
                kind = NotFound if status == 404 else EngineError
                raise kind(f"the engine answered {status} to {path}: {text.strip()[:200]}")
            yield reader, writer

    @asynccontextmanager
    async def stream(self, path: str, /, **parameters: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The body of an answer that may have no end. Raises EngineError, NotFound for a 404, and
        EngineError when it breaks."""
        # HTTP 1.0 has no chunks: the engine would make one of every line.
        async with self._answer(path, parameters, "HTTP/1.0") as (_, body):
            yield body

    async def events(self, **filters: list[str]) -> AsyncGenerator[bytes, None]:
        """The event stream, one JSON object at a time, until the engine ends it.

        The first item is empty and says that the stream is open: nothing that happens from
        then on is missed. Raises EngineError when it breaks.
        """
        parameters = {"filters": msgspec.json.encode(filters).decode()}
        async with self._answer("/events", parameters) as (_, body):
            yield b""
            rest = b""
            async for part in body:
                *lines, rest = (rest + part).split(b"\n")
                if len(rest) > MAX_EVENT_BYTES:
                    raise EngineError(f"an event of the engine is over {MAX_EVENT_BYTES} bytes")
                for line in lines:
                    if line.strip():
                        yield line

    @asynccontextmanager
    async def _limited(self, path: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError:
            raise EngineError(
                f"the engine at {self.address} did not answer {path} in {self._seconds:g} s;"
                " it may be hung"
            ) from None

    @asynccontextmanager
    async def _answer(
        self, path: str, parameters: dict[str, str] | None = None, http: str = "HTTP/1.1"
    ) -> AsyncIterator[tuple[dict[str, str], AsyncIterator[bytes]]]:
        async with self._exchange("GET", path, parameters, http=http) as (status, fields, body):
            if status != 200:
                text = (await _whole(body, _CHUNK)).decode("utf-8", "replace").strip()
                kind = NotFound if status == 404 else EngineError
                raise kind(f"the engine answered {status} to {path}: {text[:200]}")
            yield fields, body

    @asynccontextmanager
    async def _exchange(
        self,
        method: str,
        path: str,
        parameters: dict[str, str] | None = None,
        *,
        http: str = "HTTP/1.1",
        body: bytes = b"",
    ) -> AsyncIterator[tuple[int, dict[str, str], AsyncIterator[bytes]]]:
        async with self._connection(method, path, parameters, http=http, body=body) as found:
            reader, _, status, fields = found
            answer = _body(reader, fields)
            async with aclosing(answer):
                yield status, fields, answer

    @asynccontextmanager
    async def _connection(
        self,
        method: str,
        path: str,
        parameters: dict[str, str] | None = None,
        *,
        http: str = "HTTP/1.1",
        body: bytes = b"",
        upgrade: bool = False,
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter, int, dict[str, str]]]:
        """A connection on which the head of the answer was read."""
        how = "Upgrade\r\nUpgrade: tcp" if upgrade else "close"
        kind = "Content-Type: application/json\r\n" if body else ""
        version = f"/v{self._version}" if self._version and path != "/_ping" else ""
        target = version + quote(path) + ("?" + urlencode(parameters) if parameters else "")
        try:
            async with asyncio.timeout(self._seconds):
                reader, writer = await self._connect()
                writer.write(
                    f"{method} {target} {http}\r\nHost: docker\r\n{kind}"
                    f"Content-Length: {len(body)}\r\nConnection: {how}\r\n\r\n".encode()
                    + body
                )
                try:
                    status, fields = _head(await reader.readuntil(b"\r\n\r\n"))
                except BaseException:
                    writer.transport.abort()
                    raise
        except TimeoutError:
            raise EngineError(f"the engine at {self.address} did not answer; is it hung?") from None
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise EngineError(self._why(error)) from error
        try:
            yield reader, writer, status, fields
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise EngineError(f"the connection to the engine broke: {error}") from error
        finally:
            writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        scheme, _, rest = self.address.partition("://")
        if scheme == "unix":
            return await asyncio.open_unix_connection(rest, limit=_MAX_HEAD_BYTES)
        host, _, port = rest.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port), limit=_MAX_HEAD_BYTES)

    def _why(self, error: Exception) -> str:
        if isinstance(error, FileNotFoundError | ConnectionRefusedError):
            return (
                f"no Docker Engine answers at {self.address}; containers are not shown"
                " (start it, or set --docker.host)"
            )
        if isinstance(error, PermissionError):
            return (
                f"no permission for the Docker Engine at {self.address}; containers are not shown"
                " (run as root or in the group docker)"
            )
        return f"the engine at {self.address} cannot be asked: {error}"


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    line, *lines = head.decode("latin-1").split("\r\n")
    try:
        status = int(line.split(" ")[1])
    except (IndexError, ValueError):
        raise EngineError(f"not an answer of a Docker Engine: {line[:80]!r}") from None
    pairs = (field.partition(":") for field in lines)
    return status, {name.strip().lower(): value.strip() for name, _, value in pairs}


async def _body(
    reader: asyncio.StreamReader, fields: dict[str, str]
) -> AsyncGenerator[bytes, None]:
    if "chunked" in fields.get("transfer-encoding", ""):
        while size := _size(await reader.readline()):
            while size:
                part = await reader.read(min(size, _CHUNK))
                if not part:
                    raise EOFError("the answer is cut")
                size -= len(part)
                yield part
            await reader.readexactly(2)
        return
    left = None
    with suppress(KeyError):
        left = _size(fields["content-length"].encode(), 10)
    while left is None or left > 0:
        part = await reader.read(_CHUNK if left is None else min(left, _CHUNK))
        if not part:
            if left:
                raise EOFError("the answer is cut")
            return
        if left is not None:
            left -= len(part)
        yield part


def _size(text: bytes, base: int = 16) -> int:
    if not text:
        raise EOFError("the engine ended it")
    digits = text.partition(b";")[0].strip()
    # int() takes signs and underscores too; a negative size would be read without a limit
    if not _DIGITS.fullmatch(digits):
        raise EngineError(f"the engine's answer is malformed: {text[:40]!r}")
    try:
        return int(digits, base)
    except ValueError:
        raise EngineError(f"the engine's answer is malformed: {text[:40]!r}") from None


async def _whole(body: AsyncIterator[bytes], limit: int) -> bytes:
    parts, length = [], 0
    async for part in body:
        length += len(part)
        if length > limit:
            raise EngineError(f"an answer of the engine is over {limit} bytes")
        parts.append(part)
    return b"".join(parts)
