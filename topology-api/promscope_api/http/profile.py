"""`GET /debug/profile`: where the API's own CPU time goes, where `--web.enable-profile` lets it."""

from __future__ import annotations

import asyncio

import flask

from promscope_api.http.forward import forward
from promscope_api.live.graph_link import GraphLink
from promscope_api.security.guard import needs
from promscope_api.security.refusal import Refused
from promscope_wire.profiling import Busy, Profiler

KINDS = ("cpu", "memory")
PROCESSES = ("web", "graph")
MAX_SECONDS = 45
_DEFAULT_SECONDS = "10"


def blueprint(link: GraphLink, enabled: bool) -> flask.Blueprint:
    routes = flask.Blueprint("profile", __name__)
    profiler = Profiler()

    @routes.get("/debug/profile")
    @needs("users")
    def profile() -> flask.Response:
        if not enabled:
            raise Refused(
                403, "profiles-off", "Profiles are off; --web.enable-profile turns them on."
            )
        asked = flask.request.args
        kind, process = asked.get("type", "cpu"), asked.get("process", "web")
        seconds = asked.get("seconds", _DEFAULT_SECONDS)
        if kind not in KINDS or process not in PROCESSES or not _is_number(seconds):
            raise Refused(
                400,
                "bad-profile",
                f"Write type={'|'.join(KINDS)}, process={'|'.join(PROCESSES)} and seconds as a"
                f" whole number up to {MAX_SECONDS}.",
            )
        if process == "graph":
            found = link.ask_blocking("profile", kind=kind, seconds=int(seconds))
            return forward(found) if found.status != 200 else _text(found.body)
        try:
            return _text(asyncio.run(profiler.profile(kind, int(seconds))).encode())
        except Busy as error:
            raise Refused(503, "busy", str(error), retry_after=MAX_SECONDS) from error

    return routes


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= MAX_SECONDS


def _text(body: bytes) -> flask.Response:
    return flask.Response(
        body, headers={"Cache-Control": "no-store"}, content_type="text/plain; charset=utf-8"
    )
