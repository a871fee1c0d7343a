"""Acting on containers: who may, what is recorded, and what happens when it cannot be done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from demo.engine import docker
from tests.acceptance import trail
from tests.acceptance.client import Client, Json
from tests.acceptance.hangable import Hangable
from tests.acceptance.patience import until
from tests.acceptance.product import Product, free_port
from tests.acceptance.scratch import Scratch

pytestmark = pytest.mark.docker

NOBODY = "container:0123456789ab"


@pytest.fixture(scope="module")
def vetoing(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose probe was started with --control=none."""
    with Product(tmp_path_factory.mktemp("vetoing") / "state", control="none") as product:
        yield product


def engine_state(name: str) -> str:
    return docker("inspect", "-f", "{{.State.Status}}", name)


def known(client: Client, node: str) -> None:
    until(lambda: node in client.nodes("containers"), f"{node} on the map")


def problem(answer: requests.Response, status: int) -> Json:
    assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    body: Json = answer.json()
    assert body["status"] == status
    assert body["detail"]
    return body


def test_all_six_actions_are_done_and_recorded(product: Product, scratch: Scratch) -> None:
    operator = product.operator()
    name, node = scratch.run()
    known(operator, node)
    for action, state in (
        ("pause", "paused"),
        ("unpause", "running"),
        ("stop", "exited"),
        ("start", "running"),
        ("restart", "running"),
        ("stop", "exited"),
    ):
        answer = operator.act(node, action)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "done"
        assert engine_state(name) == state, action
        assert trail.phases(product.storage, answer.json()["operation_id"]) == [
            ("intent", "unknown"),
            ("outcome", "success"),
        ]
    answer = operator.act(node, "remove")
    assert answer.status_code == 200, answer.text
    assert name not in docker("ps", "-a", "--format", "{{.Names}}").split()
    intent, outcome = trail.records(product.storage, operation_id=answer.json()["operation_id"])
    for record in (intent, outcome):
        assert record["event.action"] == "container-remove"
        assert record["container.name"] == name
        assert record["user.name"]
        assert record["promscope.node"] == node


def test_who_only_watches_cannot_act(product: Product, scratch: Scratch) -> None:
    visitor = product.client()
    name, node = scratch.run()
    known(visitor, node)
    offered = visitor.json(f"/api/v1/nodes/{node}")["actions"]
    assert {offer["action"] for offer in offered if offer["allowed"]} == set()
    assert all(offer["reason"] for offer in offered)
    denied = problem(visitor.act(node, "stop"), 403)
    assert engine_state(name) == "running"
    assert trail.phases(product.storage, denied["operation_id"]) == [("denied", "failure")]


def test_a_sign_in_code_works_once(product: Product) -> None:
    code = product.sign_in_code()
    first, second = product.client(), product.client()
    assert first.json("/api/v1/session")["user"] is None
    first.sign_in(code)
    session = first.json("/api/v1/session")
    assert session["user"]["name"]
    assert "lifecycle" in session["permissions"]
    again = second.post("/api/v1/session", {"code": code})
    assert again.status_code in (401, 403), again.text
    assert second.json("/api/v1/session")["user"] is None


def test_a_request_of_another_site_is_refused(product: Product, scratch: Scratch) -> None:
    operator = product.operator()
    name, node = scratch.run()
    known(operator, node)
    path = f"/api/v1/nodes/{node}/actions/stop"
    problem(operator.post(path, Origin="http://evil.example"), 403)
    assert engine_state(name) == "running"


def test_the_probe_has_a_veto_of_its_own(vetoing: Product, scratch: Scratch) -> None:
    operator = vetoing.operator()
    name, node = scratch.run()
    known(operator, node)
    offers = operator.json(f"/api/v1/nodes/{node}")["actions"]
    assert not any(offer["allowed"] for offer in offers)
    refused = problem(operator.act(node, "stop"), 403)
    assert "--control" in refused["detail"]
    assert engine_state(name) == "running"
    assert trail.phases(vetoing.storage, refused["operation_id"])[-1][1] == "failure"


def test_a_wrong_tunnel_secret_is_refused_and_recorded(product: Product, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.secret"
    product.write_secret(wrong, "not the secret of this product at all")
    before = len(trail.records(product.storage, event_action="tunnel-open"))
    port = free_port()
    flags = ["--control=lifecycle", "--host.id=intruder"]
    intruder = product.another_exporter("intruder", port, flags, wrong)
    product.start_extra(intruder)
    try:
        until(
            lambda: len(trail.records(product.storage, event_action="tunnel-open")) > before,
            "the refusal in the audit log",
        )
        page = Client(f"http://127.0.0.1:{port}").text("/metrics")
        assert "promscope_exporter_tunnel_connected{" in page
        assert not [
            line
            for line in page.splitlines()
            if line.startswith("promscope_exporter_tunnel_connected{") and not line.endswith(" 0")
        ]
    finally:
        intruder.stop()
    record = trail.records(product.storage, event_action="tunnel-open")[-1]
    assert (record["event.outcome"], record["promscope.problem"]) == ("failure", "wrong-secret")
    probes = product.client().json("/api/v1/topology")["probes"]
    assert "intruder" not in {probe["host_id"] for probe in probes}


def test_a_tunnel_without_a_secret_is_refused(product: Product) -> None:
    url = product.url.replace("http", "ws", 1) + "/api/v1/tunnel"
    with pytest.raises(InvalidStatus) as refusal, connect(url):
        pass
    assert refusal.value.response.status_code in (401, 403)


def test_an_unknown_id(product: Product) -> None:
    unknown = problem(product.operator().act(NOBODY, "stop"), 404)
    assert trail.phases(product.storage, unknown["operation_id"])[-1] == ("outcome", "failure")
    problem(product.client().get(f"/api/v1/nodes/{NOBODY}"), 404)


def test_a_container_that_died_meanwhile(product: Product, scratch: Scratch) -> None:
    operator = product.operator()
    name, node = scratch.run()
    known(operator, node)
    docker("kill", name)
    conflict = problem(operator.act(node, "pause"), 409)
    assert trail.phases(product.storage, conflict["operation_id"])[-1] == ("outcome", "failure")
    docker("rm", name)
    gone = operator.act(node, "start")
    assert gone.status_code in (404, 409), gone.text
    known(operator, scratch.run()[1])


def test_a_hung_engine_is_an_error_in_time_and_hurts_nothing_else(
    docker_engine: None, tmp_path: Path, scratch: Scratch
) -> None:
    _, node = scratch.run()
    with (
        Hangable(tmp_path) as engine,
        Product(tmp_path / "state", docker_host=engine.docker_host) as product,
    ):
        operator = product.operator()
        known(operator, node)
        engine.hang()
        started = time.monotonic()
        hung = problem(operator.act(node, "stop"), 504)
        assert time.monotonic() - started < 10
        outcome = trail.records(product.storage, operation_id=hung["operation_id"])[-1]
        assert outcome["promscope.operation.phase"] == "outcome"
        assert node in operator.nodes("containers")
        assert "promscope_host_cpu_seconds_total" in product.metrics()
        engine.resume()
        until(lambda: operator.act(node, "restart").status_code == 200, "the engine again", 60)
