"""A shell in a container, as a stream on the tunnel: ended with the stream.

Source: Docker Engine API 1.41, section Exec.
"""

from __future__ import annotations

import asyncio
import io
import logging
import signal
import tarfile
from collections.abc import Callable
from typing import Any

import msgspec

from promscope_exporter.sources.engine import Engine, EngineError
from promscope_exporter.sources.session import signal_session
from promscope_exporter.tunnel.streams import Session, StreamRefused
from promscope_exporter.tunnel.targets import Target
from promscope_wire.frames import Problem
from promscope_wire.wishes import ExecOrder

ANSWER_SECONDS = 4.0
#: What a shell that was hung up on has to end by itself.
GRACE_SECONDS = 2.0
#: Sizes are passed on at most so often; the last one always is.
RESIZE_SECONDS = 0.05
USER_LABEL = "promscope.exec.user"
SHELLS = ("/bin/bash", "/bin/ash", "/bin/sh")

_CHUNK = 64 * 1024
_FOUND = 200

log = logging.getLogger(__name__)


class _Config(msgspec.Struct, rename="pascal"):
    user: str = ""


class _Inspected(msgspec.Struct, rename="pascal"):
    config: _Config = msgspec.field(default_factory=_Config)


class _Created(msgspec.Struct, rename="pascal"):
    id: str


class _Exec(msgspec.Struct, rename="pascal"):
    running: bool = False
    exit_code: int | None = None
    pid: int = 0


class _Words(msgspec.Struct):
    message: str = ""


class Terminals:
    """Serves the kind `exec`."""

    def __init__(self, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._seconds = answer_seconds

    async def __call__(
        self, target: Target, wish: dict[str, Any], session: Session
    ) -> dict[str, int]:
        try:
            wanted = msgspec.convert(wish, ExecOrder)
        except msgspec.ValidationError as error:
            raise StreamRefused(Problem("invalid", "Invalid parameter", str(error))) from error
        engine = Engine(target.engine, self._seconds)
        container = f"/containers/{target.record.id}"
        inspected = _read(await engine.get(f"{container}/json"), _Inspected)
        user = await _user(engine, target, wanted, inspected.config.user)
        shell = await _shell(engine, target, wanted.shell)
        status, body = await engine.post(f"{container}/exec", _order(wanted, user, shell))
        if status != 201:
            raise StreamRefused(_explain(target, status, body))
        made = f"/exec/{_read(body, _Created).id}"
        async with engine.hijack(f"{made}/start", {"Detach": False, "Tty": True}) as (down, up):
            session.size = (wanted.columns, wanted.rows)
            session.resized.set()
            session.opened({"shell": shell, "user": user})
            try:
                await _carry(engine, made, session, down, up)
            finally:
                await _end(engine, made, target.record.id)
        code = _read(await engine.get(f"{made}/json"), _Exec).exit_code
        return {} if code is None or code < 0 else {"exit_code": code}


async def _carry(
    engine: Engine,
    made: str,
    session: Session,
    down: asyncio.StreamReader,
    up: asyncio.StreamWriter,
) -> None:
    """Both ways, until the shell ends. Raises StreamEnded."""

    async def show() -> None:
        while data := await down.read(_CHUNK):
            await session.stream.send(data)

    async def type_in() -> None:
        while True:
            up.write(await session.stream.receive())
            await up.drain()

    async def resize() -> None:
        while True:
            await session.resized.wait()
            session.resized.clear()
            columns, rows = session.size
            await engine.call("POST", f"{made}/resize", h=str(rows), w=str(columns))
            await asyncio.sleep(RESIZE_SECONDS)

    tasks = [asyncio.ensure_future(work()) for work in (show, type_in, resize)]
    try:
        # A size that cannot be set ends nothing.
        await asyncio.wait(tasks[:2], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks[:2]:
            if task.done():
                task.result()
    except ConnectionError:
        pass  # the shell ended while something was typed
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _end(
    engine: Engine,
    made: str,
    container_id: str,
    send: Callable[[int, str, signal.Signals], int] = signal_session,
) -> None:
    """Hang up on what still runs, and kill what does not hear it: the engine itself leaves it."""
    try:
        found = _read(await engine.get(f"{made}/json"), _Exec)
        if not found.running or not found.pid:
            return
        left = await asyncio.to_thread(send, found.pid, container_id, signal.SIGHUP)
        if not left:
            log.warning("a terminal's shell may run on: its process %s is not seen here", found.pid)
            return
        deadline = asyncio.get_running_loop().time() + GRACE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            if not _read(await engine.get(f"{made}/json"), _Exec).running:
                break
            await asyncio.sleep(0.05)
        # What the shell started may not have heard it, and is of its session still.
        await asyncio.to_thread(send, found.pid, container_id, signal.SIGKILL)
    except (EngineError, StreamRefused) as error:
        log.warning("a terminal's shell may run on: %s", error)


async def _user(engine: Engine, target: Target, wanted: ExecOrder, own: str) -> str:
    """The user that the engine is asked for. Raises StreamRefused where it may not be."""
    forced = target.record.labels.get(USER_LABEL, "")
    if forced and wanted.user not in ("", forced):
        detail = f"{target.record.name} takes terminals of {forced} only ({USER_LABEL})."
        raise StreamRefused(Problem("vetoed", "Another user's terminal", detail))
    user = wanted.user or forced or own
    if wanted.root:
        return user
    name, colon, group = user.partition(":")
    number = name if name.isdecimal() else await _number(engine, target, name)
    if not name or not number or not int(number):
        detail = (
            "This terminal would be root's, or of a user whose number is not known, and you lack"
            " the permission exec-root: name another user, such as 1000."
        )
        raise StreamRefused(Problem("vetoed", "Not as root", detail))
    # The number, so that the name cannot come to mean another meanwhile.
    return f"{int(number)}{colon}{group}"


async def _number(engine: Engine, target: Target, name: str) -> str:
    """A user's number in the container's /etc/passwd, "" where it has none."""
    try:
        archive = await engine.get(f"/containers/{target.record.id}/archive", path="/etc/passwd")
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            member = tar.next()
            content = tar.extractfile(member) if member else None
            lines = content.read().decode("utf-8", "replace").splitlines() if content else []
    except (EngineError, tarfile.TarError, OSError):
        return ""
    users = [line.split(":") for line in lines]
    return next((one[2] for one in users if one[0] == name and one[2:3] and one[2].isdecimal()), "")


async def _shell(engine: Engine, target: Target, wanted: str) -> str:
    """The first shell the container has. Raises StreamRefused where it has none."""
    candidates = (wanted,) if wanted else SHELLS
    for path in candidates:
        place = f"/containers/{target.record.id}/archive"
        status, _ = await engine.call("HEAD", place, path=path)
        if status == _FOUND:
            return path
    detail = (
        f"{target.record.name} has no {', '.join(candidates)}: images without a shell have none."
    )
    raise StreamRefused(Problem("conflict", "No shell in the image", detail))


def _order(wanted: ExecOrder, user: str, shell: str) -> dict[str, Any]:
    environment = {"TERM": "xterm-256color", **wanted.environment}
    return {
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": True,
        "Cmd": [shell],
        "User": user,
        "WorkingDir": wanted.cwd,
        "Env": [f"{name}={value}" for name, value in environment.items()],
    }


def _explain(target: Target, status: int, body: bytes) -> Problem:
    try:
        words = msgspec.json.decode(body, type=_Words).message[:500]
    except msgspec.MsgspecError:
        words = ""
    name = target.record.name
    if status == 404:
        return Problem("gone", "The container is gone", f"{name} does not exist any more. {words}")
    if status == 409:
        return Problem("conflict", "Not possible in its state", f"The engine says: {words}")
    return Problem("engine", f"The engine opens no terminal in {name}", f"It says: {words}")


def _read(answer: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(answer, type=kind)
    except msgspec.MsgspecError as error:
        raise StreamRefused(Problem("engine", "The engine failed", str(error))) from error
