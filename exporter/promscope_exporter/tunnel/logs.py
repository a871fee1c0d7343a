"""The log of a container, as a stream on the tunnel: the engine's own frames, cut where needed.

Source: Docker Engine API 1.41, "Get container logs".
"""

from __future__ import annotations

from typing import Any

import msgspec

from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.engine import Engine
from promscope_exporter.sources.engine_log import (
    Lateness,
    Malformed,
    Multiplexed,
    Terminal,
    left_out,
)
from promscope_exporter.tunnel.streams import Session, StreamRefused
from promscope_exporter.tunnel.targets import Target
from promscope_wire.frames import Problem
from promscope_wire.stream import Stream
from promscope_wire.wishes import LogsWish

#: Two answers of the engine are waited for before the stream stands: a hung one costs 8 s.
ANSWER_SECONDS = 4.0


class _Config(msgspec.Struct, rename="pascal"):
    tty: bool = False


class _Inspected(msgspec.Struct, rename="pascal"):
    config: _Config = msgspec.field(default_factory=_Config)


class Logs:
    """Serves the kind `logs`."""

    def __init__(self, clock: Clock, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._clock = clock
        self._seconds = answer_seconds

    async def __call__(
        self, target: Target, wish: dict[str, Any], session: Session
    ) -> dict[str, int]:
        try:
            wanted = msgspec.convert(wish, LogsWish)
        except msgspec.ValidationError as error:
            raise StreamRefused(Problem("invalid", "Invalid parameter", str(error))) from error
        engine = Engine(target.engine, self._seconds)
        container = f"/containers/{target.record.id}"
        try:
            inspected = msgspec.json.decode(await engine.get(f"{container}/json"), type=_Inspected)
        except msgspec.MsgspecError as error:
            detail = f"Its description of the container cannot be read: {error}"
            raise StreamRefused(Problem("engine", "The engine failed", detail)) from error
        frames = Terminal() if inspected.config.tty else Multiplexed()
        async with engine.stream(f"{container}/logs", **_parameters(wanted)) as body:
            session.opened({"terminal": inspected.config.tty})
            sender = _Sender(session.stream, self._clock, skips=wanted.follow)
            try:
                async for part in body:
                    await sender.send(frames.feed(part))
            except Malformed as error:
                problem = Problem("engine", "The engine's log is malformed", str(error))
                raise StreamRefused(problem) from error
            await sender.finish()
        return {}


class _Sender:
    """Passes frames on. `skips`: what could not be passed on for too long is left out."""

    def __init__(self, stream: Stream, clock: Clock, *, skips: bool) -> None:
        self._stream = stream
        self._clock = clock
        self._lateness = Lateness() if skips else None
        self._left_out = 0

    async def send(self, frames: bytes) -> None:
        if self._lateness:
            kept = self._lateness.in_time(frames, self._clock.wall())
            self._left_out += len(frames) - len(kept)
            frames = kept
        if frames:
            await self.finish()
            await self._stream.send(frames)

    async def finish(self) -> None:
        """Say what was left out so far."""
        if self._left_out:
            remark, self._left_out = left_out(self._left_out), 0
            await self._stream.send(remark)


def _parameters(wish: LogsWish) -> dict[str, str]:
    found = {"timestamps": "1", "stdout": f"{wish.stdout:d}", "stderr": f"{wish.stderr:d}"}
    found["tail"] = "all" if wish.tail is None else str(wish.tail)
    if wish.follow:
        found["follow"] = "1"
    if wish.since is not None:
        found["since"] = f"{wish.since:.6f}"
    if wish.until is not None:
        found["until"] = f"{wish.until:.6f}"
    return found
