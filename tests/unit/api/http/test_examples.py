"""The examples of the OpenAPI document are what they are examples of."""

from __future__ import annotations

from typing import Any

import pytest

from promscope_api.http.examples import EXAMPLES
from promscope_api.http.openapi import document
from promscope_api.http.wanted import wanted
from promscope_wire import ids
from tests.fleet.rest import check_json


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_examples_are_valid(kind: type[Any]) -> None:
    plain = _shown(kind.__name__)
    assert plain, "no operation shows it"
    for example in plain:
        check_json(kind.__name__, example)


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
