"""`/api/docs`: the OpenAPI document as a page to read; plain HTML, one style sheet, no script."""

from __future__ import annotations

import html
import json
from functools import cache
from typing import Any

import flask

from promscope_api.http.openapi import document

_STYLE = """\
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.5rem 4rem; }
h2 { border-bottom: 1px solid #8886; margin-top: 2.5rem; }
summary { cursor: pointer; padding: .3rem 0; }
summary b { display: inline-block; min-width: 4.5rem; text-transform: uppercase; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: #8881; border-radius: 6px; overflow: auto; padding: .75rem; max-height: 24rem; }
table { border-collapse: collapse; margin: .5rem 0; width: 100%; }
td, th { border-bottom: 1px solid #8884; padding: .25rem .75rem .25rem 0; text-align: left;
  vertical-align: top; }
"""


def blueprint() -> flask.Blueprint:
    routes = flask.Blueprint("reference", __name__)

    @routes.get("/api/docs")
    def page() -> flask.Response:
        return flask.Response(_page(), headers={"Cache-Control": "no-cache"})

    @routes.get("/api/docs/style.css")
    def style() -> flask.Response:
        return flask.Response(_STYLE, headers={"Cache-Control": "no-cache"}, mimetype="text/css")

    return routes


@cache
def _page() -> str:
    told = document()
    parts = [
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<title>{_text(told['info']['title'])}</title>\n",
        '<link rel="stylesheet" href="/api/docs/style.css">\n',
        f"<h1>{_text(told['info']['title'])} {_text(told['info']['version'])}</h1>\n",
        f"<p>{_text(told['info']['description'])}</p>\n",
        '<p>For programs: <a href="/api/v1/openapi.json">openapi.json</a>.</p>\n',
    ]
    for tag in told["tags"]:
        parts.append(f"<h2>{_text(tag['name'])}</h2>\n<p>{_text(tag['description'])}</p>\n")
        parts += [
            _operation(method, path, operation)
            for path, methods in told["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"]
        ]
    parts.append("<h2>schemas</h2>\n")
    for name, schema in sorted(told["components"]["schemas"].items()):
        body = f"<pre>{_text(json.dumps(schema, indent=2, ensure_ascii=False))}</pre>"
        parts.append(
            f'<details id="{_text(name)}"><summary><code>{_text(name)}</code></summary>'
            f"{body}</details>\n"
        )
    return "".join([*parts, "</html>\n"])


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{_text(one['name'])}</code></td><td>{_text(one['in'])}</td>"
        f"<td>{_text(one['description'])}</td></tr>"
        for one in operation.get("parameters", ())
    )
    table = f"<table><tr><th>parameter<th>in<th></tr>{rows}</table>" if rows else ""
    asked = operation.get("requestBody")
    body = f"<p>Body</p>{_content(asked)}" if asked else ""
    answers = "".join(
        f"<p><b>{_text(status)}</b> {_text(answer['description'])}</p>"
        + (_content(answer) if status.startswith("2") else "")
        for status, answer in operation["responses"].items()
    )
    return (
        f'<details id="{_text(operation["operationId"])}"><summary><b>{_text(method)}</b> '
        f"<code>{_text(path)}</code> {_text(operation['summary'])}</summary>"
        f"{table}{body}{answers}</details>\n"
    )


def _content(told: dict[str, Any]) -> str:
    parts = []
    for media, content in told.get("content", {}).items():
        name = str(content["schema"].get("$ref", "")).rpartition("/")[2]
        link = f' <a href="#{_text(name)}">{_text(name)}</a>' if name else ""
        parts.append(f"<p><code>{_text(media)}</code>{link}</p>")
        if "example" in content:
            shown = json.dumps(content["example"], indent=2, ensure_ascii=False)
            parts.append(f"<pre>{_text(shown)}</pre>")
    return "".join(parts)


def _text(value: object) -> str:
    return html.escape(str(value))
