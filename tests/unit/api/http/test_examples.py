"""The examples of the OpenAPI document are what they are examples of."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from promscope_api.http.examples import EXAMPLES
from promscope_api.http.openapi import document
from promscope_api.http.wanted import wanted
from promscope_wire import ids
from tests.fleet.rest import check_json

NAMED = [kind for kind in EXAMPLES if isinstance(kind, type) and not get_args(kind)]
#: Documents that are other people's: OpenAPI's own, and what an engine says.
FOREIGN = ("/api/v1/openapi.json", "/api/v1/nodes/{node}/inspection")


@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.__name__)
def test_examples_are_valid(kind: type[Any]) -> None:
    plain = _shown(kind.__name__)
    assert plain, "no operation shows it"
    for example in plain:
        check_json(kind.__name__, example)


def test_every_body_of_ours_has_one() -> None:
    without = [
        f"{method} {path}"
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        for status, body in (
            *operation["responses"].items(),
            ("", operation.get("requestBody", {})),
        )
        if path not in FOREIGN and status < "300"
        for media, content in body.get("content", {}).items()
        if media == "application/json" and "example" not in content
    ]
    assert without == [], "see http/examples.py"


def _shown(name: str) -> list[Any]:
    return [
        media["example"]
        for methods in document()["paths"].values()
        for operation in methods.values()
        for body in (*operation["responses"].values(), operation.get("requestBody", {}))
        for media in body.get("content", {}).values()
        if media["schema"].get("$ref", "").endswith(f"/{name}") and "example" in media
    ]


def test_examples_of_parameters_are_taken() -> None:
    shown = {
        one["name"]: one["example"]
        for methods in document()["paths"].values()
        for operation in methods.values()
        for one in operation.get("parameters", ())
        if "example" in one
    }
    assert wanted(shown["view"], shown["filter"]).filter
    assert ids.parse(shown["node"]).kind == "container"
