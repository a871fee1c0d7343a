"""The built page at `/`, with its assets; or a page that says how to build it."""

from __future__ import annotations

import html
import re
from pathlib import Path

import flask
from werkzeug.exceptions import NotFound

from promscope_api.security.guard import public

PACKAGED = Path(__file__).parent.parent / "page"
#: Bundlers put a hash into the names of assets: their content never changes.
_FOREVER = "public, max-age=31536000, immutable"
_ASSET = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*", re.ASCII)
_NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Promscope: the page is not built</title>
<h1>The page is not built</h1>
<p>The API runs, but its page was not found in <code>{folder}</code>.</p>
<p>In a source checkout, build it with <code>make page</code> and reload;
an installed package brings it along, so reinstall that.</p>
<p>The API itself is described at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
</html>
"""


def blueprint(folder: Path | None) -> flask.Blueprint:
    """Serves `folder` (None: the packaged page)."""
    page = (folder or PACKAGED).absolute()
    routes = flask.Blueprint("page", __name__)

    @routes.get("/")
    @public
    def index() -> flask.Response:
        if not (page / "index.html").is_file():
            text = _NOT_BUILT.format(folder=html.escape(str(page)))
            return flask.Response(text, 503, {"Cache-Control": "no-store"})
        response = flask.send_from_directory(page, "index.html")
        response.headers["Cache-Control"] = "no-cache"
        return response

    @routes.get("/assets/<path:name>")
    @public
    def asset(name: str) -> flask.Response:
        return _file(page / "assets", name, _FOREVER)

    @routes.get("/<name>")
    @public
    def beside(name: str) -> flask.Response:
        """Files beside the index, such as the icon."""
        return _file(page, name, "public, max-age=3600")

    return routes


def _file(folder: Path, name: str, caching: str) -> flask.Response:
    if not _ASSET.fullmatch(name):
        raise NotFound
    response = flask.send_from_directory(folder, name)
    response.headers["Cache-Control"] = caching
    return response
