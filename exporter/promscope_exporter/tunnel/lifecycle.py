"""Start, stop, pause, unpause, restart, kill, rename, remove and update a container, as its engine
does it.

Source: Docker Engine API 1.41, section Container. Every call names the full container id, and
has an end: an engine that does not answer costs the caller a few seconds and nothing else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import msgspec

from promscope_exporter.sources.engine import Engine, EngineError
from promscope_exporter.tunnel.update import InvalidUpdate, document
from promscope_wire.frames import ContainerRecord, Problem

#: After this long the engine is asked whether it lives at all; a hung one ends the wait.
ANSWER_SECONDS = 6.0
ALIVE_SECONDS = 1.5
#: A live engine may work on: a container's own time to stop can be long.
FINAL_SECONDS = 660.0
MAX_STOP_SECONDS = 600

#: Engine 20.10 answers 500 to unpause where 409 would be right.
_WRONG_STATE = re.compile(r"\bis (?:not|already) (?:paused|running)\b")

#: As the engine checks it.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,127}", re.ASCII)
_SIGNAL = re.compile(r"SIG[A-Z0-9]{2,8}(?:[+-][0-9]{1,2})?", re.ASCII)

_ALREADY = {"start": "already running", "stop": "not running"}


class InvalidParameter(ValueError):
    """A parameter of the action cannot be used; the text says why."""


class _EngineWords(msgspec.Struct):
    message: str


class Lifecycle:
    """Calls on one engine, at `address`, each with a connection of its own."""

    def __init__(
        self,
        address: str,
        answer_seconds: float = ANSWER_SECONDS,
        alive_seconds: float = ALIVE_SECONDS,
    ) -> None:
        self._engine = Engine(address, FINAL_SECONDS)
        self._alive = Engine(address, alive_seconds)
        self._answer_seconds = answer_seconds

    async def act(
        self,
        action: str,
        record: ContainerRecord,
        parameters: Mapping[str, Any],
        running: Callable[[], None],
    ) -> Problem | None:
        """Do it; None: done. `running` is called if it takes long on an engine that lives.

        Raises InvalidParameter.
        """
        call = asyncio.ensure_future(self._call(action, record.id, parameters))
        try:
            done, _ = await asyncio.wait([call], timeout=self._answer_seconds)
            if not done:
                try:
                    await self._alive.ping()
                except EngineError:
                    return _hung(action, record)
                running()
            status, body = await call
        except EngineError as error:
            return Problem("engine", "The container engine did not answer", str(error))
        finally:
            call.cancel()
        return _explain(action, record, status, body)

    def _call(
        self, action: str, container_id: str, parameters: Mapping[str, Any]
    ) -> Coroutine[Any, Any, tuple[int, bytes]]:
        """Raises InvalidParameter."""
        if action == "update":
            try:
                wanted = document(parameters)
            except InvalidUpdate as error:
                raise InvalidParameter(str(error)) from None
            return self._engine.post(f"/containers/{container_id}/update", wanted)
        method, path, arguments = _request(action, container_id, parameters)
        return self._engine.call(method, path, **arguments)


def _request(
    action: str, container_id: str, parameters: Mapping[str, Any]
) -> tuple[str, str, dict[str, str]]:
    arguments: dict[str, str] = {}
    rest = dict(parameters)
    if action in ("stop", "restart"):
        seconds = rest.pop("timeout_seconds", None)
        if seconds is not None:
            if type(seconds) is not int or not 0 <= seconds <= MAX_STOP_SECONDS:
                raise InvalidParameter(
                    f"timeout_seconds is a whole number from 0 to {MAX_STOP_SECONDS}"
                )
            arguments["t"] = str(seconds)
    if action == "remove":
        for name, argument in (("force", "force"), ("volumes", "v")):
            wanted = rest.pop(name, False)
            if type(wanted) is not bool:
                raise InvalidParameter(f"{name} is true or false")
            if wanted:
                arguments[argument] = "1"
    if action == "kill":
        signal = rest.pop("signal", "SIGKILL")
        if type(signal) is not str or not _SIGNAL.fullmatch(signal):
            raise InvalidParameter("signal is a name such as SIGHUP")
        arguments["signal"] = signal
    if action == "rename":
        name = rest.pop("name", None)
        if type(name) is not str or not _NAME.fullmatch(name):
            raise InvalidParameter(
                "name is the new name: 2 to 128 letters, digits, dots, hyphens and underscores"
            )
        arguments["name"] = name
    if rest:
        raise InvalidParameter(f"{action} does not take {min(rest)[:40]!r}")
    if action == "remove":
        return "DELETE", f"/containers/{container_id}", arguments
    return "POST", f"/containers/{container_id}/{action}", arguments


def _explain(action: str, record: ContainerRecord, status: int, body: bytes) -> Problem | None:
    if status in (200, 204):
        return None
    try:
        words = msgspec.json.decode(body, type=_EngineWords).message[:500]
    except msgspec.MsgspecError:
        words = body[:200].decode("utf-8", "replace")
    said = f" The engine says: {words}" if words else ""
    name = record.name or record.id[:12]
    if status == 304:
        how = _ALREADY.get(action, "in that state already")
        return Problem("conflict", "Nothing to do", f"{name} is {how}.")
    if status == 404:
        return Problem("gone", "The container is gone", f"{name} does not exist any more.{said}")
    if status == 409 and action == "rename":
        return Problem("conflict", "The name is taken", f"{name} keeps its name.{said}")
    if status == 409 or _WRONG_STATE.search(words):
        detail = f"{name} cannot {action} in the state it is in now.{said}"
        if action == "remove":
            detail = f"{name} cannot be removed in the state it is in now.{said}"
        return Problem("conflict", "Not possible in its state", detail)
    if status == 400:
        return Problem("invalid", "The engine refused the request", said.strip())
    return Problem("engine", f"The engine failed to {action} {name}", said.strip())


def _hung(action: str, record: ContainerRecord) -> Problem:
    name = record.name or record.id[:12]
    return Problem(
        "timeout",
        "The container engine does not answer",
        f"The engine was asked to {action} {name} and does not answer, not even to a ping. It may"
        " still do it when it comes back: look at the container then. On its host, look at"
        " `systemctl status docker`.",
    )
