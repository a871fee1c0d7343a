"""One container behind a scripted engine, a real probe and a real API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.trust.engines import ArchiveEngine, ExecEngine, LogEngine
from tests.trust.probe import NODE, RunningProbe, record, running_probe
from tests.trust.until import until
from tests.trust.web import Reply, Web


@dataclass
class Watched:
    web: Web
    probe: RunningProbe
    headers: dict[str, str]

    async def logs(self, query: str = "", node: str = NODE) -> Reply:
        return await self.get(f"logs?{query}", node)

    async def get(self, what: str, node: str = NODE) -> Reply:
        """What there is of the container at a path below it."""
        path = f"/api/v1/nodes/{node}/{what}"
        return await asyncio.to_thread(self.web.ask, "GET", path, **self.headers)

    async def recorded(self, count: int, action: str = "container-logs") -> None:
        """So many records of the action are there: the last of a stream follows its end."""
        await until(lambda: len(self.phases(action)) >= count, f"{count} records of {action}")

    def phases(self, action: str) -> list[tuple[str, str, str]]:
        """Phase, outcome and cause of each record of an action."""
        return [
            (
                one["promscope.operation.phase"],
                one["event.outcome"],
                one.get("promscope.stream.cause", ""),
            )
            for one in self.web.records()
            if one["event.action"] == action
        ]


@asynccontextmanager
async def watched(
    folder: Path,
    engine: LogEngine | ExecEngine | ArchiveEngine,
    *,
    role: str = "operator",
    control: tuple[str, ...] = ("logs",),
    **container: Any,
) -> AsyncIterator[Watched]:
    async with engine.serving(folder) as address:
        with Web(folder) as web:
            async with running_probe(
                web.url, web.secret_file, control=control, docker_host=address
            ) as probe:
                probe.inventory.update("start", record(**container), address)
                await until(lambda: web.trust.tunnels.record(NODE), "the container")
                yield Watched(web, probe, web.sign_in(role))
