"""`X-Request-Id`: one name for a request in the caller's log, in ours and in the answer."""

from __future__ import annotations

import re
import secrets

import flask

HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def install(app: flask.Flask) -> None:
    """Every answer of `app` tells the id of its request: the caller's, or else a new one."""

    @app.before_request
    def name() -> None:
        given = flask.request.headers.get(HEADER, "")
        flask.g.promscope_request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)

    @app.after_request
    def tell(response: flask.Response) -> flask.Response:
        response.headers[HEADER] = request_id()
        return response


def request_id() -> str:
    """Of the current request; "" where none was named."""
    return str(flask.g.get("promscope_request_id", ""))
