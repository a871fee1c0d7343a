"""The graph's front desk: answers what the web process asks, notes what it tells."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from inspect import isawaitable
from typing import Any

import msgspec

from promscope_api.graph import table
from promscope_api.graph.channel import Ask, Place, Reply
from promscope_api.graph.coding import Encoding
from promscope_api.graph.completion import complete
from promscope_api.graph.details import details
from promscope_api.graph.difference import Kind, difference
from promscope_api.graph.frames import frames
from promscope_api.graph.graph import Graph
from promscope_api.graph.measures import Measures
from promscope_api.graph.metric_series import MetricSeriesReader
from promscope_api.graph.model import Problem
from promscope_api.graph.past import BadMoment, Busy, NotRemembered, Past
from promscope_api.graph.search import search
from promscope_api.graph.sight import EVERYTHING
from promscope_api.graph.sparklines import Sparklines, UnknownRange
from promscope_api.graph.timeline import Timelines
from promscope_api.graph.topic import Topic
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.backends import Source
from promscope_api.prometheus.client import Unreachable
from promscope_api.prometheus.metric_query import BadQuery
from promscope_api.prometheus.queries import Scope
from promscope_api.query.parser import parse
from promscope_wire import ids
from promscope_wire.frames import Change, Hello, Inventory
from promscope_wire.profiling import Busy as OneProfile
from promscope_wire.profiling import Profiler

_encode = msgspec.json.Encoder().encode
log = logging.getLogger(__name__)


Made = tuple[int, bytes, bytes, str]

#: What a question may fail with: HTTP status and title of the answer.
_FAILURES: dict[type[Exception], tuple[int, str]] = {
    UnknownRange: (400, "Range out of bounds"),
    BadQuery: (400, "Bad query"),
    table.BadTable: (400, "Bad table"),
    BadMoment: (400, "No such moment"),
    NotRemembered: (404, "Not remembered"),
    OneProfile: (503, "Busy with a profile"),
    Busy: (503, "Busy with the past"),
    Unreachable: (503, "Prometheus does not answer"),
    BadAnswer: (502, "Prometheus gave no usable answer"),
}


class Desk:
    def __init__(
        self, graph: Graph, past: Past, source: Source, scope: Scope, measures: Measures
    ) -> None:
        self._graph = graph
        self._measures = measures
        self._past = past
        self._sparklines = Sparklines(source, scope)
        self._timelines = Timelines(source, scope)
        self._metrics = MetricSeriesReader(source, scope)
        self._profiler = Profiler()

    async def answer(self, ask: Ask) -> Reply:
        """Never raises: what goes wrong is an answer too. `at` in the arguments asks the graph
        of a past moment, `sight` what those see of it who may see a part.
        """
        arguments = dict(ask.arguments)
        try:
            graph = await self._of(arguments.pop("at", None), arguments.pop("sight", EVERYTHING))
            made = getattr(self, f"_ask_{ask.what}")(graph, **arguments)
            status, body, compressed, etag = await made if isawaitable(made) else made
            encoding = ask.arguments.get("encoding", "identity")
            return Reply(ask.number, status, body, compressed, etag, encoding)
        except tuple(_FAILURES) as error:
            status, title = next(how for kind, how in _FAILURES.items() if isinstance(error, kind))
            return _problem(ask.number, status, title, str(error))
        except Exception:
            log.exception("could not answer %s", ask.what)
            return _problem(ask.number, 500, "Internal error", "The log has the details.")

    async def _of(self, at: float | None, sight: str) -> Graph:
        graph = self._graph if at is None else await self._past.graph(at)
        return graph.seen_by(sight)

    def _ask_view(
        self, graph: Graph, view: str, query: str = "", encoding: Encoding = "identity"
    ) -> Made:
        published = graph.view(view, query)
        body = published.body(encoding)
        etag = f"{Topic(view, query, graph.sight).tag}-{published.version}"
        # One form is enough: a large fleet's plain view is megabytes.
        return (200, body, b"", etag) if encoding == "identity" else (200, b"", body, etag)

    def _ask_full(self, graph: Graph, view: str, query: str = "") -> Made:
        published = graph.view(view, query)
        return 200, published.full(), b"", str(published.told_version)

    def _ask_overview(self, graph: Graph) -> Made:
        return 200, _encode(graph.overview()), b"", ""

    def _ask_node(self, graph: Graph, node: str) -> Made:
        found = details(graph, node)
        if found is None:
            return 404, _unknown(node), b"", ""
        return 200, _encode(found), b"", ""

    def _ask_search(self, graph: Graph, query: str, limit: int) -> Made:
        return 200, _encode(search(graph.index, query, parse(query), limit)), b"", ""

    def _ask_complete(self, graph: Graph, text: str, cursor: int) -> Made:
        return 200, _encode(complete(graph.index, text, cursor)), b"", ""

    def _ask_page(self, graph: Graph, view: str, query: str, **how: Any) -> Made:
        now = graph.view(view, query).now
        return 200, _encode(table.page(now.nodes, view, now.taken_at, **how)), b"", ""

    def _ask_export(self, graph: Graph, view: str, query: str, form: str) -> Made:
        rows = graph.view(view, query).now.nodes
        if form == "csv":
            return 200, table.as_csv(rows), b"", ""
        return 200, _encode([table.flat(node) for node in rows]), b"", ""

    def _ask_frames(self, graph: Graph, view: str, query: str) -> Made:
        now = graph.view(view, query).now
        return (
            200,
            _encode(frames(now)),
            b"",
            f"{Topic(view, query, graph.sight).tag}-frames-{now.version}",
        )

    def _ask_has(self, graph: Graph, view: str, node: str) -> Made:
        if any(one.id == node for one in graph.view(view).now.nodes):
            return 200, b"{}", b"", ""
        return 404, _unknown(node), b"", ""

    def _ask_relayout(self, graph: Graph, view: str) -> Made:
        graph.layout(view).anew()
        graph.touch()
        return 200, b"{}", b"", ""

    def _ask_ready(self, graph: Graph) -> Made:
        ready = {
            "built": graph.built,
            "tried": graph.tried,
            "stale_reason": graph.freshness.stale_reason,
        }
        return 200, _encode(ready), b"", ""

    def _ask_measures(self, graph: Graph) -> Made:
        return 200, self._measures.text(graph), b"", ""

    async def _ask_sparklines(self, graph: Graph, node: str, seconds: int) -> Made:
        if not graph.measures(node):
            return 404, _unknown(node), b"", ""
        found = await asyncio.to_thread(
            self._sparklines.of, node, seconds, graph.limits(node), graph.at
        )
        return 200, _encode(found), b"", ""

    async def _ask_timeline(self, graph: Graph, node: str, seconds: int) -> Made:
        if node and not graph.exists(node):
            return 404, _unknown(node), b"", ""
        only = set(graph.world.containers) if graph.sight else None
        found = await asyncio.to_thread(self._timelines.of, node, seconds, graph.at, only)
        return 200, _encode(found), b"", ""

    async def _ask_difference(
        self, graph: Graph, since: float, until: float | None, kinds: list[Kind]
    ) -> Made:
        """Between the moments `since` and `until` (None: now)."""
        before = await self._of(since, graph.sight)
        after = await self._of(until, graph.sight) if until else graph
        return 200, _encode(difference(before, after, kinds)), b"", ""

    async def _ask_metrics(self, graph: Graph, **asked: Any) -> Made:
        if graph.sight:
            asked["only"] = [key.partition(":")[2] for key in graph.world.containers]
        found = await asyncio.to_thread(partial(self._metrics.read, **asked))
        return 200, _encode(found), b"", ""

    async def _ask_profile(self, _graph: Graph, kind: str, seconds: int) -> Made:
        return 200, (await self._profiler.profile(kind, seconds)).encode(), b"", ""

    def told(self, what: str, arguments: Mapping[str, Any]) -> bool:
        """Note a fact; True if the map may look different now, of which the graph knows then.
        Raises MsgspecError, KeyError.
        """
        if what == "change":
            # by far the most frequent, and about one container only
            change = msgspec.convert(arguments["frame"], Change)
            changed = self._graph.overlay.change(arguments["host_id"], change)
            if changed:
                self._graph.touch(change.node)
            return changed
        changed = self._noted(what, arguments)
        # how far a clock is off is told with the probes, which no view shows
        if changed and what != "heartbeat":
            self._graph.touch()
        return changed

    def _noted(self, what: str, arguments: Mapping[str, Any]) -> bool:
        overlay = self._graph.overlay
        match what:
            case "connected":
                return overlay.connected(msgspec.convert(arguments["hello"], Hello))
            case "inventory":
                frame = msgspec.convert(arguments["frame"], Inventory)
                return overlay.inventory(arguments["host_id"], frame)
            case "heartbeat":
                return overlay.heartbeat(arguments["host_id"], arguments["skew_seconds"])
            case "lost":
                return overlay.lost(arguments["host_id"], self._graph.snapshot)
            case "layout" | "moved":
                places = msgspec.convert(arguments["places"], dict[str, Place])
                layout = self._graph.layout(arguments["view"])
                (layout.restore if what == "layout" else layout.adopt)(places)
                return True
            case "pins":
                pins = msgspec.convert(arguments["pins"], dict[str, tuple[float, float]])
                self._graph.layout(arguments["view"]).pin(pins)
                return True
        raise KeyError(what)


def _unknown(node: str) -> bytes:
    try:
        kind = ids.parse(node).kind
        detail = f"No {kind} with this id is known now; it may have been removed."
    except ids.InvalidId as error:
        detail = f"This is no node id: {error}."
    return _encode(Problem("urn:promscope:problem:not-found", "Unknown id", 404, detail))


def _problem(number: int, status: int, title: str, detail: str) -> Reply:
    kind = title.lower().replace(" ", "-")
    body = Problem(f"urn:promscope:problem:{kind}", title, status, detail)
    return Reply(number, status, _encode(body))
