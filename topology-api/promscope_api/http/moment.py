"""Moments and ranges in a query string: `at=`, `from=`, `to=`, `range=`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import flask

from promscope_api.security.refusal import Refused

#: How a moment is written, for the OpenAPI document.
SYNTAX = "Unix seconds or RFC 3339, such as 2026-11-30T12:00:00Z"
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)
_RANGE = re.compile(r"([0-9]{1,5})(s|m|h|d)", re.ASCII)
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def at() -> dict[str, float]:
    """The request's `at` as an argument of a question to the graph; empty: now. Raises Refused."""
    found = moment("at")
    return {} if found is None else {"at": found}


def moment(name: str) -> float | None:
    """A parameter that is a moment, in Unix seconds; None without one. Raises Refused."""
    return parse(name, flask.request.args.get(name, ""))


def parse(name: str, text: str) -> float | None:
    """The moment that a parameter says, in Unix seconds; None without one. Raises Refused."""
    if not text:
        return None
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        # a "+" that was not escaped arrives as a space
        parsed = datetime.fromisoformat(text.replace(" ", "+"))
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise Refused(400, "bad-moment", f"Write {name} as {SYNTAX}.") from None


def seconds(default: str) -> int:
    """The request's `range`. Raises Refused."""
    found = _RANGE.fullmatch(flask.request.args.get("range", default))
    if found is None:
        raise Refused(400, "bad-range", "Write range as a number and s, m, h or d, such as 15m.")
    return int(found[1]) * _UNIT_SECONDS[found[2]]
