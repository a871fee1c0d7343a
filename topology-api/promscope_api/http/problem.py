"""Errors as problem details (RFC 9457), whatever raised them."""

from __future__ import annotations

import logging

import flask
import msgspec
from werkzeug.exceptions import HTTPException

from promscope_api.graph.model import Problem
from promscope_api.http.request_id import request_id
from promscope_api.live.graph_link import GraphUnavailable
from promscope_api.security.refusal import CONTENT_TYPE

_DETAILS = {
    404: "Nothing is here; the API is described at /api/v1/openapi.json.",
    405: "This address does not take that method; see /api/v1/openapi.json.",
    413: "The body is larger than this address takes.",
}

log = logging.getLogger(__name__)


def install(app: flask.Flask) -> None:
    """Answer every error of `app` as application/problem+json."""
    # A redirect to a tidier address would be an answer of another form.
    app.url_map.merge_slashes = False

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> flask.Response:
        status = error.code or 500
        response = problem(
            status,
            error.name.lower().replace(" ", "-"),
            error.name,
            _DETAILS.get(status, error.description or ""),
        )
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                response.headers[name] = value
        return response

    @app.errorhandler(GraphUnavailable)
    def no_graph(error: GraphUnavailable) -> flask.Response:
        response = problem(503, "graph-unavailable", "The map is not available now", str(error))
        response.headers["Retry-After"] = "2"
        return response

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> flask.Response:
        path, name = flask.request.path[:200], request_id()
        log.error("the request %s failed: %s", name, path, exc_info=error)
        detail = f"The API's log has the details, under the request id {name}."
        return problem(500, "internal", "Internal error", detail)


def problem(status: int, kind: str, title: str, detail: str) -> flask.Response:
    body = Problem(f"urn:promscope:problem:{kind}", title, status, detail)
    return flask.Response(
        msgspec.json.encode(body),
        status,
        {"Cache-Control": "no-store"},
        content_type=CONTENT_TYPE,
    )
