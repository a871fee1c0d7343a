"""The REST routes over a made-up graph, without processes or a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import flask
import jsonschema
from flask.testing import FlaskClient

from promscope_api.control.dispatch import Dispatch
from promscope_api.control.happening import Happening
from promscope_api.control.offers import Offer
from promscope_api.graph.graph import Graph
from promscope_api.graph.views import VIEWS
from promscope_api.http import (
    health,
    history,
    metric_query,
    nodes,
    openapi,
    page,
    parts,
    problem,
    questions,
    reference,
    request_id,
    search,
    tables,
    topology,
)
from promscope_api.http.measures import WebMeasures
from promscope_api.http.seen import Seen
from promscope_api.security.guard import respond
from promscope_api.security.policy import Policy
from promscope_api.security.principal import LOCAL_VIEWER
from promscope_api.security.refusal import Refused
from promscope_wire.frames import Answer
from tests.fleet.link import DirectLink


class Control:
    """Stands for the dispatch: offers one action, answers `answer` to every question."""

    def __init__(self) -> None:
        self.answer: Answer | Exception = Answer("")
        self.happening = Happening((), (), 0)
        self.watched: list[tuple[str, float]] = []

    def actions_for(self, _principal: Any, node: str) -> list[Offer]:
        offer = Offer("stop", "Stop", True, "", "")
        return [offer] if node.startswith("container:") else []

    def streams_for(self, _principal: Any, node: str) -> list[Offer]:
        offer = Offer("logs", "Logs", True, "", "")
        return [offer] if node.startswith("container:") else []

    def ask(self, _principal: Any, _subject: str, _node: str) -> Answer:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def watch(self, _principal: Any, node: str, seconds: float) -> Happening:
        self.watched.append((node, seconds))
        return self.happening


class Rest:
    """`get` asks, as `who`; `check` holds an answer against the OpenAPI document."""

    def __init__(
        self, graph: Graph, folder: Path | None = None, policy: Policy | None = None
    ) -> None:
        self.link = DirectLink(graph)
        self.seen = Seen(self.link, policy or Policy())
        self.who = LOCAL_VIEWER
        self.control = Control()
        self.store_fails = ""
        self.measures = WebMeasures()
        self.measures.watch(tuple(VIEWS), lambda _view: 2, lambda: 3, lambda: (True, 1))
        self.app = flask.Flask("test", static_folder=None)
        self.measures.install(self.app)
        problem.install(self.app)
        request_id.install(self.app)
        self.app.register_error_handler(Refused, respond)

        @self.app.before_request
        def anonymous() -> None:
            flask.g.promscope_principal = self.who

        for routes in (
            topology.blueprint(self.seen),
            nodes.blueprint(self.seen, cast(Dispatch, self.control)),
            questions.blueprint(cast(Dispatch, self.control)),
            search.blueprint(self.seen),
            tables.blueprint(self.seen),
            history.blueprint(self.seen),
            metric_query.blueprint(self.seen),
            health.blueprint(self.seen, self.measures),
            parts.blueprint(self.link, {"store": lambda: self.store_fails}),
            openapi.blueprint(),
            reference.blueprint(),
            page.blueprint(folder),
        ):
            self.app.register_blueprint(routes)
        self.client: FlaskClient = self.app.test_client()

    def get(self, path: str, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=named, buffered=True)


def check_json(schema: str, value: Any) -> None:
    """Raises ValidationError unless the value is what the document says of this schema."""
    components = openapi.document()["components"]
    whole = {"$ref": f"#/components/schemas/{schema}", "components": components}
    jsonschema.Draft202012Validator(whole).validate(value)


def check(operation_path: str, response: Any, method: str = "get") -> None:
    """Raises ValidationError or KeyError unless the document declares this very answer."""
    document = openapi.document()
    operation = document["paths"][operation_path][method]
    declared = operation["responses"][str(response.status_code)]
    if "content" not in declared:
        assert not response.get_data()
        return
    media = response.content_type.partition(";")[0]
    schema: Mapping[str, Any] = declared["content"][media]["schema"]
    if media.endswith("json"):
        whole = {**schema, "components": document["components"]}
        jsonschema.Draft202012Validator(whole).validate(response.get_json(force=True))
