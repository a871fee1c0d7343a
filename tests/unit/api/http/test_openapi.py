"""The OpenAPI document: valid, complete, and true."""

from __future__ import annotations

import json
import re
from pathlib import Path

from openapi_spec_validator import validate

from promscope_api.app import TUNNEL_PATH, Web
from promscope_api.graph.graph import Graph
from promscope_api.http.openapi import document
from promscope_api.settings import OPTIONS, settings
from promscope_wire.options import resolve
from tests.fleet.rest import Rest, check


def test_document_is_valid() -> None:
    validate(document())


def test_document_is_served_as_json() -> None:
    answer = Rest(Graph()).get("/api/v1/openapi.json")
    check("/api/v1/openapi.json", answer)
    assert answer.json == document()
    assert answer.json["openapi"].startswith("3.1")


def test_every_route_is_in_it_and_nothing_else(tmp_path: Path) -> None:
    chosen = settings(resolve(OPTIONS, {"storage.path": str(tmp_path)}, {}))
    web = Web(chosen)
    try:
        routes = {
            (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
            for rule in web.flask.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
    finally:
        web.close()
    declared = {
        (path, method) for path, methods in document()["paths"].items() for method in methods
    }
    in_the_loop = {
        ("/api/v1/topology/{view}/ws", "get"),
        ("/api/v1/nodes/{node}/files", "get"),
        ("/api/v1/nodes/{node}/files/content", "get"),
        ("/api/v1/nodes/{node}/files/archive", "get"),
        ("/api/v1/nodes/{node}/logs", "get"),
        ("/api/v1/nodes/{node}/logs/ws", "get"),
        ("/api/v1/nodes/{node}/exec/ws", "get"),
        (TUNNEL_PATH, "get"),
    }
    assert declared == routes | in_the_loop


def test_every_operation_is_described() -> None:
    identities = []
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            identities.append(operation["operationId"])
            assert operation["summary"].endswith("."), path
            named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
    assert len(identities) == len(set(identities))


def test_problems_are_declared_for_what_may_go_wrong() -> None:
    act = document()["paths"]["/api/v1/nodes/{node}/actions/{action}"]["post"]
    for status in ("400", "401", "403", "404", "409", "413", "415", "502", "503", "504"):
        assert list(act["responses"][status]["content"]) == ["application/problem+json"]


def test_socket_messages_are_declared() -> None:
    watch = document()["paths"]["/api/v1/topology/{view}/ws"]["get"]["x-websocket"]
    names = [item["$ref"].rpartition("/")[2] for item in watch["sends"]]
    assert names == ["Full", "Delta", "MetricsUpdate"]
    schemas = document()["components"]["schemas"]
    assert set(names) <= set(schemas)
    assert schemas["Delta"]["properties"]["type"]["enum"] == ["delta"]


def test_nothing_of_python_is_left_in_it() -> None:
    text = json.dumps(document())
    assert "promscope_api" not in text
    assert "NoneType" not in text
