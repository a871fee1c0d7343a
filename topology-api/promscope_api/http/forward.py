"""Answers that the graph process made, forwarded as they are."""

from __future__ import annotations

import flask

from promscope_api.graph.channel import Reply
from promscope_api.security.refusal import CONTENT_TYPE


def forward(reply: Reply) -> flask.Response:
    """The response of a reply: its ETag is honoured, its gzip form sent where accepted."""
    if reply.status >= 400:
        return flask.Response(
            reply.body, reply.status, {"Cache-Control": "no-store"}, content_type=CONTENT_TYPE
        )
    response = flask.Response(reply.body, reply.status, content_type="application/json")
    if not reply.etag:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    if reply.compressed and flask.request.accept_encodings["gzip"]:
        response.set_data(reply.compressed)
        response.headers["Content-Encoding"] = "gzip"
        # Two forms of one version differ in bytes, so a strong tag names the form as well.
        response.set_etag(f"{reply.etag}-gzip")
    else:
        response.set_etag(reply.etag)
    response.make_conditional(flask.request)
    return response
