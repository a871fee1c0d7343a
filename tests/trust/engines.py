"""Container engines that misbehave, on a Unix socket."""

from __future__ import annotations

import asyncio
import io
import json
import tarfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs


@asynccontextmanager
async def hung_engine(folder: Path) -> AsyncIterator[str]:
    """Accepts every connection and never answers. Gives its address."""
    writers: list[asyncio.StreamWriter] = []

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await asyncio.Event().wait()

    async with _serving(folder, accept, writers) as address:
        yield address


class _Engine:
    """Answers each connection as `_answer` says."""

    @asynccontextmanager
    async def serving(self, folder: Path) -> AsyncIterator[str]:
        writers: list[asyncio.StreamWriter] = []

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            await self._answer(reader, writer)

        async with _serving(folder, accept, writers) as address:
            yield address

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError


class ScriptedEngine(_Engine):
    """Answers `_ping` at once and everything else with `status` and `body` when `go` is set;
    `asked` has the request lines."""

    def __init__(self, status: int = 204, body: bytes = b"") -> None:
        self.status = status
        self.body = body
        self.go = asyncio.Event()
        self.go.set()
        self.asked: list[str] = []

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode()
        status, body = 200, b"OK"
        if "/_ping" not in line:
            self.asked.append(line)
            await self.go.wait()
            status, body = self.status, self.body
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()


class LogEngine(_Engine):
    """Has one container, and sends `log` when it is asked for: piece by piece, then the end.

    `hold` keeps the connection open after the last piece. `written`: bytes that were taken.
    """

    def __init__(self, log: Iterable[bytes] = (), *, tty: bool = False, hold: bool = False) -> None:
        self.log = log
        self.inspected = json.dumps({"Config": {"Tty": tty}}).encode()
        self.hold = hold
        self.asked: list[str] = []
        self.written = 0

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode()
        self.asked.append(line)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
        if "/logs" not in line:
            writer.write(self.inspected)
        else:
            with suppress(ConnectionError):
                for piece in self.log:
                    writer.write(piece)
                    await writer.drain()
                    self.written += len(piece)
                if self.hold:
                    await reader.read()
        writer.close()


class ArchiveEngine(_Engine):
    """One container; `archives` by path, whatever else is asked for is not there.

    `hold` keeps the connection open after the last byte.
    """

    def __init__(self, archives: Mapping[str, bytes], *, hold: bool = False) -> None:
        self.archives = archives
        self.hold = hold
        self.asked: list[str] = []

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode()
        self.asked.append(line)
        path = parse_qs(line.split(" ")[1].partition("?")[2]).get("path", [""])[0]
        body = self.archives.get(path)
        if body is None:
            words = "not a directory" if path.startswith("/file/") else "Could not find the file"
            status = 400 if path.startswith("/file/") else 404
            body = json.dumps({"message": words}).encode()
            writer.write(f"HTTP/1.0 {status} X\r\n\r\n".encode() + body)
        else:
            writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
            with suppress(ConnectionError):
                writer.write(body)
                await writer.drain()
                if self.hold:
                    await reader.read()
        writer.close()


class ExecEngine(_Engine):
    """One container with a shell that echoes, and ends at `exit`.

    `user`: of the container; `files`: what it has; `create`: status and body of the answer to
    a new terminal. `orders` are those, `typed` and `sizes` what came.
    """

    def __init__(self, user: str = "", files: Sequence[str] = ("/bin/sh",)) -> None:
        self.user = user
        self.files = files
        self.passwd = "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\nweb:x:33:33::/:/bin/sh\n"
        self.create = (201, b'{"Id":"e1"}')
        self.orders: list[dict[str, Any]] = []
        self.typed = b""
        self.sizes: list[str] = []
        self.running = False
        self.open = 0

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        length = int(head.lower().partition("content-length: ")[2].split("\r\n")[0])
        document = await reader.readexactly(length)
        path, _, query = target.partition("?")
        if path.endswith("/start"):
            await self._shell(reader, writer)
            return
        status, body = 200, b""
        if method == "HEAD":
            status = 200 if parse_qs(query)["path"][0] in self.files else 404
        elif path.endswith("/archive"):
            body = _tar("passwd", self.passwd.encode())
        elif path.endswith("/resize"):
            self.sizes.append(query)
        elif path.endswith("/exec"):
            self.orders.append(json.loads(document))
            status, body = self.create
        elif path.startswith("/exec/"):
            body = json.dumps({"Running": self.running, "ExitCode": 3, "Pid": 0}).encode()
        else:
            body = json.dumps({"Config": {"User": self.user}}).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n"
        if method == "HEAD":
            head, body = head.replace("Content-Length: 0", "Content-Length: 2"), b""
        writer.write(head.encode() + body)
        writer.close()

    async def _shell(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n$ ")
        self.running, self.open = True, self.open + 1
        try:
            while (data := await reader.read(65536)) and not data.endswith(b"exit"):
                self.typed += data
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self.running, self.open = False, self.open - 1
            writer.close()


def _tar(name: str, content: bytes) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


@asynccontextmanager
async def _serving(
    folder: Path, accept: object, writers: list[asyncio.StreamWriter]
) -> AsyncIterator[str]:
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await accept(reader, writer)  # type: ignore[operator]
        except asyncio.CancelledError:
            pass  # the test ends; asyncio's streams would log it
        finally:
            tasks.discard(task)

    path = folder / "engine.sock"
    server = await asyncio.start_unix_server(serve, path)
    try:
        yield f"unix://{path}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        for writer in writers:
            if not writer.is_closing():
                writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
