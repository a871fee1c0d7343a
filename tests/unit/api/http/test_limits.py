"""How often one caller may ask."""

from __future__ import annotations

import flask
import pytest

from promscope_api.http import limits
from promscope_api.security.guard import respond
from promscope_api.security.principal import LOCAL_VIEWER, Principal
from promscope_api.security.ratelimit import Limiter
from promscope_api.security.refusal import Refused
from promscope_api.security.request import from_wsgi

ADA = Principal("ada", ("viewer",), "session", "s")


class App:
    """An application with a budget of two requests and a clock that stands still."""

    def __init__(self) -> None:
        self.now = 0.0
        self.who: Principal | None = None
        self.peer = "192.0.2.1"
        app = flask.Flask("test", static_folder=None)
        app.register_error_handler(Refused, respond)

        @app.before_request
        def gate() -> None:
            environment = {**flask.request.environ, "REMOTE_ADDR": self.peer}
            flask.g.promscope_request = from_wsgi(environment)
            flask.g.promscope_principal = self.who

        limits.install(app, Limiter(2, 10.0, lambda: self.now))

        @app.get("/<path:path>")
        def anything(path: str) -> str:
            return path

        self._client = app.test_client()

    def ask(self, path: str = "/api/v1/topology") -> int:
        return self._client.get(path).status_code


@pytest.fixture
def app() -> App:
    return App()


def test_too_many_at_once_are_told_when_to_come_back(app: App) -> None:
    assert [app.ask() for _ in range(3)] == [200, 200, 429]
    answer = app._client.get("/api/v1/topology")
    assert answer.headers["Retry-After"] == "10"
    assert answer.content_type == "application/problem+json"
    app.now = 10.0
    assert [app.ask(), app.ask()] == [200, 429]


def test_each_user_and_each_address_has_a_budget(app: App) -> None:
    assert [app.ask() for _ in range(3)][-1] == 429
    app.who = LOCAL_VIEWER
    assert app.ask() == 429
    app.who = ADA
    assert app.ask() == 200
    app.who, app.peer = None, "192.0.2.2"
    assert app.ask() == 200


def test_health_metrics_and_the_page_are_not_counted(app: App) -> None:
    for path in ("/-/healthy", "/metrics", "/assets/x.js") * 5:
        assert app.ask(path) == 200
    assert app.ask() == 200
