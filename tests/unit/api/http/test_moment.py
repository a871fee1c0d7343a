"""Moments and ranges as they are typed."""

from __future__ import annotations

import flask
import pytest

from promscope_api.http import moment
from promscope_api.security.refusal import Refused

APP = flask.Flask("test")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1700000000", 1_700_000_000.0),
        ("1700000000.25", 1_700_000_000.25),
        ("2023-11-14T22:13:20Z", 1_700_000_000.0),
        ("2023-11-14T23:13:20%2B01:00", 1_700_000_000.0),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000.0),
        ("2023-11-14T22:13:20", 1_700_000_000.0),
    ],
)
def test_moments(text: str, seconds: float) -> None:
    with APP.test_request_context(f"/?at={text}"):
        assert moment.at() == {"at": seconds}


def test_no_moment_is_now() -> None:
    with APP.test_request_context("/?at="):
        assert moment.at() == {}


@pytest.mark.parametrize(
    "text", ["yesterday", "-5", "1e9", "nan", "9" * 40, "2023-99-01T00:00:00Z"]
)
def test_what_is_no_moment(text: str) -> None:
    with APP.test_request_context(f"/?from={text}"), pytest.raises(Refused, match="Write from as"):
        moment.moment("from")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("6h", 21600), ("7d", 604800)]
)
def test_ranges(text: str, seconds: int) -> None:
    with APP.test_request_context(f"/?range={text}"):
        assert moment.seconds("1h") == seconds
    with APP.test_request_context("/"):
        assert moment.seconds("1h") == 3600


@pytest.mark.parametrize("text", ["1w", "-1m", "1.5h", "m", "999999s"])
def test_what_is_no_range(text: str) -> None:
    with APP.test_request_context(f"/?range={text}"), pytest.raises(Refused):
        moment.seconds("1h")
