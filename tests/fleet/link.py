"""The graph without a process of its own, behind the web process' end of the link."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

import msgspec

from promscope_api.graph.channel import Ask, Reply
from promscope_api.graph.desk import Desk
from promscope_api.graph.graph import Graph
from promscope_api.graph.measures import Measures
from promscope_api.graph.past import Past
from promscope_api.graph.refresh import Refresher
from promscope_api.live.graph_link import GraphLink, GraphUnavailable
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.queries import Scope

RANGE = (
    b'{"status":"success","data":{"resultType":"matrix","result":'
    b'[{"metric":{},"values":[[%d,"1.5"],[%d,"NaN"]]}]}}'
)


class Backend:
    """Stands for the Prometheus client; answers `body` or raises `error`."""

    def __init__(self) -> None:
        self.body: bytes | None = None
        self.error: BadAnswer | None = None
        self.instant: dict[str, list[dict[str, str]]] = {}
        self.asked: list[tuple[Any, ...]] = []

    def query(self, promql: str, at: float | None = None) -> bytes:
        """1 of each series of `instant` under the first text that the query contains."""
        self.asked.append((promql, at))
        if self.error is not None:
            raise self.error
        found = next((v for text, v in self.instant.items() if text in promql), [])
        result = [{"metric": labels, "value": [at, "1"]} for labels in found]
        return msgspec.json.encode({"status": "success", "data": {"result": result}})

    def query_range(self, promql: str, start: float, end: float, step: float) -> bytes:
        self.asked.append((promql, start, end, step))
        if self.error is not None:
            raise self.error
        return self.body or RANGE % (start, start + step)


class DirectLink(GraphLink):
    """Asks the desk in this process; `up` False: the graph process does not run; `held`: answers
    wait for it; `asked`: what was asked for, in order.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.backend = Backend()
        self.measures = Measures()
        self.up = True
        self.held: asyncio.Event | None = None
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        scope = Scope(15.0)
        self.desk = Desk(
            graph,
            Past(Refresher(self.backend, scope), graph, 15.0),  # type: ignore[arg-type]
            self.backend,  # type: ignore[arg-type]
            scope,
            self.measures,
        )

    @property
    def is_up(self) -> bool:
        return self.up

    async def ask(self, what: str, **arguments: Any) -> Reply:
        if not self.up:
            raise GraphUnavailable("the graph process is starting")
        self.asked.append((what, arguments))
        if self.held is not None:
            await self.held.wait()
        return await self.desk.answer(Ask(1, what, arguments))

    async def waits(self, count: int) -> None:
        """Until so much was asked."""
        while len(self.asked) < count:
            await asyncio.sleep(0)

    def ask_blocking(self, what: str, **arguments: Any) -> Reply:
        return asyncio.run(self.ask(what, **arguments))

    def begin(self, what: str, **arguments: Any) -> Future[Reply]:
        made: Future[Reply] = Future()
        try:
            made.set_result(self.ask_blocking(what, **arguments))
        except GraphUnavailable as error:
            made.set_exception(error)
        return made

    def tell(self, what: str, **arguments: Any) -> None:
        self.told.append((what, arguments))
