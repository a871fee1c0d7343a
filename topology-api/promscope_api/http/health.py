"""`/-/healthy`, `/-/ready` and `/metrics`: the API about itself."""

from __future__ import annotations

import contextlib

import flask
import msgspec
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from promscope_api.http.measures import WebMeasures
from promscope_api.http.seen import Seen
from promscope_api.live.graph_link import GraphUnavailable
from promscope_api.security.guard import health


class _Ready(msgspec.Struct):
    built: bool
    tried: bool
    stale_reason: str | None = None


def blueprint(seen: Seen, measures: WebMeasures) -> flask.Blueprint:
    routes = flask.Blueprint("health", __name__)
    link = seen.link

    @routes.get("/-/healthy")
    @health
    def healthy() -> flask.Response:
        """The web process answers."""
        return _text(200, "promscope-api is healthy.\n")

    @routes.get("/-/ready")
    @health
    def ready() -> flask.Response:
        """The map can be asked for: built once, or Prometheus is known not to answer."""
        try:
            reply = link.ask_blocking("ready")
        except GraphUnavailable as error:
            return _text(503, f"Not ready: {error}.\n")
        state = msgspec.json.decode(reply.body, type=_Ready)
        if state.built:
            why = f" The map is stale: {state.stale_reason}." if state.stale_reason else ""
            return _text(200, f"promscope-api is ready.{why}\n")
        if not state.tried:
            return _text(503, "Not ready: waiting for the first answer of Prometheus.\n")
        return _text(200, f"promscope-api is ready without a map: {state.stale_reason}.\n")

    @routes.get("/metrics")
    def metrics() -> flask.Response:
        seen.need_everything()
        body = measures.text()
        # Without the graph its families are absent, and promscope_api_graph_up says why.
        with contextlib.suppress(GraphUnavailable):
            body += link.ask_blocking("measures").body
        return flask.Response(body, content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return routes


def _text(status: int, text: str) -> flask.Response:
    return flask.Response(
        text, status, {"Cache-Control": "no-store"}, content_type="text/plain; charset=utf-8"
    )
