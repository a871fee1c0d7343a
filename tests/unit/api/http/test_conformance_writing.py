"""What is sent and what is declared agree, for what changes something too (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from promscope_api.graph.graph import Graph
from promscope_api.http import limits, openapi, pins, problem, request_id
from promscope_api.http.openapi import document
from promscope_api.http.seen import Seen
from promscope_api.live.pin_keeper import PinKeeper
from promscope_api.security.guard import COOKIE
from promscope_api.store.pins import Pins
from promscope_api.trust import Trust, TrustSettings
from tests.fleet.link import DirectLink
from tests.fleet.snapshots import shop
from tests.trust.listener import Recorder

#: Answered by redirects to a provider; they have tests of their own.
_ELSEWHERE = ("/api/v1/session/oidc", "/api/v1/session/oidc/callback")
_PAGE = {"Origin": "http://localhost", "Accept-Encoding": "identity"}
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


class Api:
    """Every route of the API that is no question to the graph, over a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.trust = Trust.open(TrustSettings(storage=folder), Recorder())
        graph = Graph()
        graph.take(shop(projects=1, services=2, replicas=1, plain=1))
        link = DirectLink(graph)
        self.app = flask.Flask("writing", static_folder=None)
        problem.install(self.app)
        request_id.install(self.app)
        self.trust.install(self.app)
        limits.install(self.app)
        self.app.register_blueprint(openapi.blueprint())
        keeper = PinKeeper(link, Pins(self.trust.store))
        self.app.register_blueprint(pins.blueprint(Seen(link, self.trust.policy), keeper))

        secret, _ = self.trust.tokens.create("reader", "tester", ("admin",))
        self.reader = {"Authorization": f"Bearer {secret}"}

    def cookies(self) -> dict[str, str]:
        """That of a page that has just signed in."""
        token, _ = self.trust.sessions.open("tester", ("admin",), "127.0.0.1")
        return {COOKIE: token}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    api = Api(tmp_path_factory.mktemp("writing"))
    yield api
    api.trust.close()


def _operations() -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if path not in _ELSEWHERE
        and (method != "get" or set(operation["tags"]) & {"session", "filters", "pins"})
    ]


@pytest.mark.parametrize(("path", "method"), _operations(), ids=lambda part: part)
def test_answers_are_as_declared(api: Api, path: str, method: str) -> None:
    schema: Any = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", api.app, headers=api.reader
    )

    # They are registered by the first schema that is loaded.
    wanted = [checks.CHECKS.get_one(name) for name in _CHECKS]

    @settings(
        max_examples=12,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(schema[path][method].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        answer = case.call_and_validate(checks=wanted, headers=_PAGE, cookies=api.cookies())
        assert answer.status_code not in (401, 429) or path == "/api/v1/session"

    ask()


def test_all_that_changes_something_is_covered() -> None:
    assert {method for _, method in _operations()} == {"get", "post", "put", "delete"}
    assert len(_operations()) > 18
