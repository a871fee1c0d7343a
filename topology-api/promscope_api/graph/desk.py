"""The graph's front desk: answers what the web process asks, notes what it tells."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from promscope_api.graph.channel import Ask, Place, Reply
from promscope_api.graph.details import details
from promscope_api.graph.graph import Graph
from promscope_api.graph.measures import Measures
from promscope_api.graph.model import Problem
from promscope_api.graph.search import Index
from promscope_api.graph.sparklines import Sparklines, UnknownRange
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.client import Client, Unreachable
from promscope_wire import ids
from promscope_wire.frames import Change, Hello, Inventory

_encode = msgspec.json.Encoder().encode
log = logging.getLogger(__name__)


class Desk:
    def __init__(
        self, graph: Graph, client: Client, scrape_interval: float, measures: Measures
    ) -> None:
        self._graph = graph
        self._measures = measures
        self._sparklines = Sparklines(client, scrape_interval)
        self._index: Index | None = None

    async def answer(self, ask: Ask) -> Reply:
        """Never raises: what goes wrong is an answer too."""
        try:
            if ask.what == "sparklines":
                return await self._series(ask.number, **ask.arguments)
            status, body, compressed, etag = getattr(self, f"_ask_{ask.what}")(**ask.arguments)
            return Reply(ask.number, status, body, compressed, etag)
        except Exception:
            log.exception("could not answer %s", ask.what)
            return _problem(ask.number, 500, "Internal error", "The log has the details.")

    def _ask_view(self, view: str) -> tuple[int, bytes, bytes, str]:
        published = self._graph.view(view)
        body, compressed = published.body()
        return 200, body, compressed, f"{view}-{published.now.version}"

    def _ask_full(self, view: str) -> tuple[int, bytes, bytes, str]:
        published = self._graph.view(view)
        return 200, published.full(), b"", str(published.told_version)

    def _ask_overview(self) -> tuple[int, bytes, bytes, str]:
        return 200, _encode(self._graph.overview()), b"", ""

    def _ask_node(self, node: str) -> tuple[int, bytes, bytes, str]:
        found = details(self._graph, node)
        if found is None:
            return 404, _unknown(node), b"", ""
        return 200, _encode(found), b"", ""

    def _ask_search(self, query: str, limit: int) -> tuple[int, bytes, bytes, str]:
        world = self._graph.world
        if self._index is None or self._index.world is not world:
            self._index = Index(self._graph)
        return 200, _encode(self._index.search(query, limit)), b"", ""

    def _ask_ready(self) -> tuple[int, bytes, bytes, str]:
        ready = {
            "built": self._graph.built,
            "tried": self._graph.tried,
            "stale_reason": self._graph.freshness.stale_reason,
        }
        return 200, _encode(ready), b"", ""

    def _ask_measures(self) -> tuple[int, bytes, bytes, str]:
        return 200, self._measures.text(), b"", ""

    async def _series(self, number: int, node: str, seconds: int) -> Reply:
        if not self._graph.exists(node):
            return Reply(number, 404, _unknown(node))
        try:
            found = await asyncio.to_thread(
                self._sparklines.of, node, seconds, self._graph.limits(node)
            )
        except UnknownRange as error:
            return _problem(number, 400, "Range out of bounds", str(error))
        except Unreachable as error:
            return _problem(number, 503, "Prometheus does not answer", str(error))
        except BadAnswer as error:
            return _problem(number, 502, "Prometheus gave no usable answer", str(error))
        return Reply(number, 200, _encode(found))

    def told(self, what: str, arguments: Mapping[str, Any]) -> bool:
        """Note a fact; True if the map may look different now. Raises MsgspecError, KeyError."""
        overlay = self._graph.overlay
        match what:
            case "connected":
                return overlay.connected(msgspec.convert(arguments["hello"], Hello))
            case "inventory":
                frame = msgspec.convert(arguments["frame"], Inventory)
                return overlay.inventory(arguments["host_id"], frame)
            case "change":
                change = msgspec.convert(arguments["frame"], Change)
                return overlay.change(arguments["host_id"], change)
            case "heartbeat":
                return overlay.heartbeat(arguments["host_id"], arguments["skew_seconds"])
            case "lost":
                return overlay.lost(arguments["host_id"], self._graph.snapshot)
            case "layout":
                places = msgspec.convert(arguments["places"], dict[str, Place])
                self._graph.views[arguments["view"]].layout.restore(places)
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
