"""`GET /api/v1/openapi.json`: the document made of the declared operations and their types."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any

import flask
import msgspec

from promscope_api import __version__
from promscope_api.graph.model import Problem
from promscope_api.http.examples import EXAMPLES
from promscope_api.http.operation import JSON, Operation
from promscope_api.http.operations import OPERATIONS
from promscope_api.security.guard import COOKIE
from promscope_api.security.refusal import CONTENT_TYPE

#: A tuple, because a type such as list[…] of another operation need not be hashable.
_WITH_EXAMPLE = tuple(EXAMPLES)
_REF = "#/components/schemas/{name}"
_TAGS = {
    "map": "The map: views, nodes, search and live changes.",
    "filters": "Filters that users keep.",
    "pins": "Nodes that users put somewhere on the map.",
    "control": "Acting on containers.",
    "session": "Signing in and out, sessions, API tokens, permissions and the audit log.",
    "itself": "The API about itself.",
    "page": "The page in the browser.",
}


def blueprint() -> flask.Blueprint:
    routes = flask.Blueprint("openapi", __name__)

    @routes.get("/api/v1/openapi.json")
    def openapi() -> flask.Response:
        return flask.Response(msgspec.json.encode(document()), content_type=JSON)

    return routes


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document. Times are Unix seconds, rates per second, sizes bytes."""
    types = _types()
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    schema_of = dict(zip(map(str, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, schema_of)
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "Promscope topology API",
            "version": __version__,
            "description": "The living map of containers, their connections and their numbers."
            " Times are Unix seconds, sizes bytes, rates per second; null is not measured.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE,
                    "description": "Set by signing in. Without one, `--auth.local-viewer` lets"
                    " users of the API's own machine watch.",
                },
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API token of `promscope tokens create` or of POST"
                    " /api/v1/tokens.",
                },
            },
        },
    }
    # Defaults are Python values until they have been JSON.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    return plain


def _types() -> list[Any]:
    found: dict[str, Any] = {str(Problem): Problem}
    for operation in OPERATIONS:
        sent, said = operation.messages or ((), ())
        for kind in (operation.answer, operation.body, *sent, *said):
            if kind is not None:
                found[str(kind)] = kind
    return list(found.values())


def _operation(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    problem = schema_of[str(Problem)]
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": {
            **{str(status): _answer(operation, status, schema_of) for status in _good(operation)},
            **{
                str(status): _body(_words(status), CONTENT_TYPE, problem, _example(status))
                for status in operation.problems
                if status not in _good(operation)
            },
        },
        "security": [] if operation.public else [{"session": []}, {"token": []}, {}],
    }
    if operation.parameters:
        described["parameters"] = [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.place == "path",
                "description": parameter.description,
                "schema": parameter.schema,
                **({"example": parameter.example} if parameter.example is not None else {}),
            }
            for parameter in operation.parameters
        ]
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {JSON: _media(schema_of[str(operation.body)], operation.body)},
        }
    if operation.messages is not None:
        sent, said = operation.messages
        described["x-websocket"] = {
            "sends": [schema_of[str(kind)] for kind in sent],
            "takes": [schema_of[str(kind)] for kind in said],
        }
    return described


def _example(status: int) -> Any:
    """One problem is shown where a user can do something about it."""
    return Problem if status == HTTPStatus.BAD_REQUEST else None


def _good(operation: Operation) -> tuple[int, ...]:
    return (operation.status, *operation.also)


def _answer(operation: Operation, status: int, schema_of: dict[str, Any]) -> dict[str, Any]:
    if operation.answer is None or status == HTTPStatus.NOT_MODIFIED:
        return {"description": _words(status)}
    if operation.answer is bytes:
        return _body(_words(status), operation.media, {})
    schema = schema_of[str(operation.answer)]
    made = _body(_words(status), operation.media, schema, operation.answer)
    if operation.other_media:
        made["content"][operation.other_media] = {"schema": {"type": "string"}}
    return made


def _body(description: str, media: str, schema: dict[str, Any], kind: Any = None) -> dict[str, Any]:
    return {"description": description, "content": {media: _media(schema, kind)}}


def _media(schema: dict[str, Any], kind: Any) -> dict[str, Any]:
    return {"schema": schema, **({"example": EXAMPLES[kind]} if kind in _WITH_EXAMPLE else {})}


def _words(status: int) -> str:
    return HTTPStatus(status).phrase
