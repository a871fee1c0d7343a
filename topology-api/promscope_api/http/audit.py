"""`GET /api/v1/audit`: the audit log, for who may read it."""

from __future__ import annotations

from pathlib import Path

import flask
import msgspec

from promscope_api.audit.search import MAX_LIMIT, Wanted, search
from promscope_api.security.guard import needs
from promscope_api.security.refusal import Refused

DEFAULT_LIMIT = 100
MAX_TEXT = 512


def blueprint(directory: Path) -> flask.Blueprint:
    routes = flask.Blueprint("audit", __name__)

    @routes.get("/api/v1/audit")
    @needs("audit")
    def show() -> flask.Response:
        given = flask.request.args
        asked = {name: given.get(name, "")[:MAX_TEXT] for name in Wanted.__struct_fields__}
        limit = given.get("limit", str(DEFAULT_LIMIT))
        if not limit.isdecimal() or not 1 <= int(limit[:9]) <= MAX_LIMIT:
            raise Refused(400, "bad-limit", f"limit is a number from 1 to {MAX_LIMIT}.")
        try:
            page = search(directory, Wanted(**asked), int(limit))
        except OSError as error:
            raise Refused(
                503, "audit-unavailable", f"The audit log cannot be read: {error.strerror}."
            ) from error
        return flask.Response(
            msgspec.json.encode(page),
            headers={"Cache-Control": "no-store"},
            content_type="application/json",
        )

    return routes
