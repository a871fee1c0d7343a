"""`X-Request-Id`: one name for a request in the caller's log, in ours and in the answer."""

from __future__ import annotations

import re
import secrets

import flask

from promscope_wire import log

HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def install(app: flask.Flask) -> None:
    """Every answer of `app` tells the id of its request: the caller's, or else a new one."""

    @app.before_request
    def name() -> None:
        given = flask.request.headers.get(HEADER, "")
        flask.g.promscope_request_id = given if _GIVEN.fullmatch(given) else fresh()
        flask.g.promscope_logged_as = log.request.set(request_id())

    @app.teardown_request
    def done(_error: BaseException | None) -> None:
        if "promscope_logged_as" in flask.g:
            log.request.reset(flask.g.promscope_logged_as)

    @app.after_request
    def tell(response: flask.Response) -> flask.Response:
        response.headers[HEADER] = request_id()
        return response


def fresh() -> str:
    """A new one."""
    return secrets.token_hex(8)


def request_id() -> str:
    """Of the current request; "" where none was named."""
    return str(flask.g.get("promscope_request_id", ""))
