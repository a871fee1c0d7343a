"""`GET /api/v1/health`: how each part of the API is, with the reason where it is not well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import flask
import msgspec

from promscope_api.live.graph_link import GraphLink, GraphUnavailable

#: Says what is wrong with a part, "" if nothing is.
Check = Callable[[], str]


class Part(msgspec.Struct, frozen=True):
    """One part. `reason`: what is wrong and the remedy, "" if it is well."""

    name: str
    well: bool
    reason: str


class Health(msgspec.Struct, frozen=True):
    """`status`: degraded where any part is not well; the API answers all the same."""

    status: Literal["healthy", "degraded"]
    parts: list[Part]


class _Ready(msgspec.Struct):
    stale_reason: str | None = None


def blueprint(link: GraphLink, checks: Mapping[str, Check]) -> flask.Blueprint:
    """`checks`: further parts by name."""
    routes = flask.Blueprint("parts", __name__)

    def graph() -> tuple[Part, Part]:
        try:
            reply = link.ask_blocking("ready")
        except GraphUnavailable as error:
            return _part("graph", str(error)), _part("prometheus", "not known without the graph")
        stale = msgspec.json.decode(reply.body, type=_Ready).stale_reason
        return _part("graph", ""), _part("prometheus", stale or "")

    @routes.get("/api/v1/health")
    def parts() -> flask.Response:
        found = [*graph(), *(_part(name, check()) for name, check in checks.items())]
        well = all(part.well for part in found)
        return flask.Response(
            msgspec.json.encode(Health("healthy" if well else "degraded", found)),
            headers={"Cache-Control": "no-store"},
            content_type="application/json",
        )

    return routes


def _part(name: str, reason: str) -> Part:
    return Part(name, not reason, reason)
