"""Profiles: off unless chosen, of either process, one at a time."""

from __future__ import annotations

from typing import cast

import flask
import pytest

from promscope_api.graph.graph import Graph
from promscope_api.http import problem, profile
from promscope_api.live.graph_link import GraphLink
from promscope_api.security.guard import respond
from promscope_api.security.refusal import Refused
from tests.fleet.link import DirectLink
from tests.fleet.rest import check

PATH = "/debug/profile"


def client(*, enabled: bool = True) -> flask.testing.FlaskClient:
    app = flask.Flask("test", static_folder=None)
    problem.install(app)
    app.register_error_handler(Refused, respond)
    app.register_blueprint(profile.blueprint(cast(GraphLink, DirectLink(Graph())), enabled))
    return app.test_client()


def test_off_unless_chosen() -> None:
    answer = client(enabled=False).get(PATH)
    check(PATH, answer)
    assert answer.status_code == 403
    assert "--web.enable-profile" in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize("process", profile.PROCESSES)
def test_of_either_process(process: str) -> None:
    answer = client().get(f"{PATH}?process={process}&type=memory&seconds=0")
    check(PATH, answer)
    assert answer.status_code == 200
    assert "resident bytes" in answer.text
    assert client().get(f"{PATH}?process={process}&seconds=0").status_code == 200


@pytest.mark.parametrize(
    "query", ["type=heap", "process=probe", "seconds=-1", "seconds=46", "seconds=1.5", "seconds=²"]
)
def test_what_is_no_profile(query: str) -> None:
    answer = client().get(f"{PATH}?{query}")
    check(PATH, answer)
    assert answer.status_code == 400
