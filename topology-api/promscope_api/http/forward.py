"""Answers that the graph process made, forwarded as they are."""

from __future__ import annotations

import flask

from promscope_api.graph.channel import Reply
from promscope_api.graph.coding import Encoding, compress
from promscope_api.security.refusal import CONTENT_TYPE

#: Answers below this many bytes are sent as they are.
_SMALL = 1024


def accepted() -> Encoding:
    """The content coding that the caller of the current request likes best of ours."""
    accepts = flask.request.accept_encodings
    best = accepts.best_match(("zstd", "gzip"))
    if best == "zstd" and "*" not in accepts.values():
        return "zstd"
    return "gzip" if accepts["gzip"] else "identity"


def forward(reply: Reply) -> flask.Response:
    """The response of a reply: its ETag is honoured, and it is compressed where accepted."""
    if reply.status >= 400:
        return flask.Response(
            reply.body, reply.status, {"Cache-Control": "no-store"}, content_type=CONTENT_TYPE
        )
    response = flask.Response(reply.body, reply.status, content_type="application/json")
    response.headers["Vary"] = "Accept-Encoding"
    encoding, packed = reply.encoding, reply.compressed
    if not packed and len(reply.body) > _SMALL:
        encoding = accepted()
        packed = compress(reply.body, encoding)
    if packed and encoding != "identity":
        response.set_data(packed)
        response.headers["Content-Encoding"] = encoding
    if not reply.etag:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = "no-cache"
    # Two forms of one version differ in bytes, so a strong tag names the form as well.
    form = response.headers.get("Content-Encoding")
    response.set_etag(f"{reply.etag}-{form}" if form else reply.etag)
    response.make_conditional(flask.request)
    return response
