"""Replies of the graph as responses."""

from __future__ import annotations

import flask
import pytest

from promscope_api.graph.channel import Reply
from promscope_api.http.forward import forward


def test_answer_without_a_version_is_not_kept() -> None:
    with flask.Flask("x").test_request_context():
        response = forward(Reply(1, 200, b"{}"))
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content_type == "application/json"


@pytest.mark.parametrize("status", [400, 404, 500])
def test_problems_are_told_as_such(status: int) -> None:
    with flask.Flask("x").test_request_context():
        response = forward(Reply(1, status, b"{}", etag="x"))
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert "ETag" not in response.headers


def test_version_is_asked_for_again_each_time() -> None:
    with flask.Flask("x").test_request_context():
        response = forward(Reply(1, 200, b"{}", etag="v1"))
    assert response.headers["ETag"] == '"v1"'
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip", "gzip"),
        ("gzip;q=0.5, identity", "gzip"),
        ("*", "gzip"),
        ("br", None),
        ("gzip;q=0", None),
        ("", None),
    ],
)
def test_large_answers_are_compressed_as_the_caller_accepts(
    accepts: str, coding: str | None
) -> None:
    headers = {"Accept-Encoding": accepts}
    with flask.Flask("x").test_request_context(headers=headers):
        response = forward(Reply(1, 200, b'"' + b"x" * 5000 + b'"', etag="v1"))
        small = forward(Reply(1, 200, b"{}", etag="v1"))
    assert response.headers.get("Content-Encoding") == coding
    assert response.headers["ETag"] == (f'"v1-{coding}"' if coding else '"v1"')
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in small.headers
