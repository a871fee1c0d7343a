"""What is sent and what is declared agree, for requests nobody thought of (schemathesis)."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from promscope_api.graph.graph import Graph
from promscope_api.http.openapi import document
from tests.fleet.rest import Rest
from tests.fleet.snapshots import shop

GRAPH = Graph()
GRAPH.take(shop(projects=1, services=2, replicas=1, plain=1))
REST = Rest(GRAPH)
#: Routes of the map; what signs in or changes something has tests of its own.
SERVED = {str(rule).replace("<", "{").replace(">", "}") for rule in REST.app.url_map.iter_rules()}
OPERATIONS = [
    (path, method)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
    if path in SERVED
    and path.startswith("/api/v1/")
    and method == "get"
    and "x-websocket" not in operation
]
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", REST.app)
CHECKS = [
    checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_answers_are_as_declared(path: str, method: str) -> None:
    @settings(
        max_examples=12,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(SCHEMA[path][method].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

    ask()


def test_the_map_is_covered() -> None:
    assert len(OPERATIONS) > 12
