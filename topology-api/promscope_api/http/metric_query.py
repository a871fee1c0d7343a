"""`GET /api/v1/metrics`: one metric over a range, from structured matchers."""

from __future__ import annotations

import flask

from promscope_api.http import moment
from promscope_api.http.forward import forward
from promscope_api.http.seen import Seen
from promscope_api.prometheus.metric_query import FUNCTIONS
from promscope_api.security.refusal import Refused

MAX_STEP = 24 * 3600


def blueprint(seen: Seen) -> flask.Blueprint:
    routes = flask.Blueprint("metrics", __name__)

    @routes.get("/api/v1/metrics")
    def metrics() -> flask.Response:
        asked = flask.request.args
        function = asked.get("function", "sum")
        if function not in FUNCTIONS:
            raise Refused(400, "bad-query", f"function is one of {', '.join(FUNCTIONS)}.")
        by = asked.get("by", "")
        return forward(
            seen.ask(
                "metrics",
                name=asked.get("name", ""),
                matches=asked.getlist("match"),
                by=by.split(",") if by else [],
                function=function,
                start=moment.moment("from"),
                end=moment.moment("to"),
                step=_step(asked.get("step", "")),
            )
        )

    return routes


def _step(text: str) -> int | None:
    if not text:
        return None
    digits = text.removesuffix("s")
    if not digits.isascii() or not digits.isdecimal() or not 0 < int(digits[:9]) <= MAX_STEP:
        raise Refused(400, "bad-query", f"step is a number of seconds up to {MAX_STEP}.")
    return int(digits)
