"""The past, tenants and replicas, by real API processes over a real Prometheus.

One Prometheus scrapes two hosts: one of tenant `a`, by two undeduplicated replicas, and one of
tenant `b`. Each tenant has an API; that of `a` asks the same Prometheus through two backends.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promscope_api.graph.details import NOT_RECORDED
from stack.child import Process
from stack.places import script
from tests.acceptance.backend import Backend
from tests.acceptance.client import Client, Json
from tests.acceptance.patience import until
from tests.acceptance.product import free_port
from tests.fleet.probe import DB, HOST_ID, OLD, WEB, ProbePage, parts

B_HOST, B_KEYS = "00000000000000bb", ("a" * 12, "b" * 12, "c" * 12)
EDGE = f"container:{WEB}>container:{DB}:5432/tcp"
_JOB = """
  - job_name: {name}
    static_configs:
      - targets: ["127.0.0.1:{port}"]
        labels: {{tenant: {tenant}, replica: {name}}}
    metric_relabel_configs: &same
      - {{target_label: job, replacement: promscope-exporter}}
    relabel_configs: *same
"""


class City:
    """Two tenants on one Prometheus."""

    def __init__(self, folder: Path) -> None:
        ports = free_port(), free_port()
        self.a, self.b = ProbePage(ports[0]), ProbePage(ports[1], B_HOST, B_KEYS)
        self.backend = Backend(folder / "backend", free_port(), [], "1s")
        jobs = [
            _JOB.format(name=name, port=port, tenant=tenant)
            for name, port, tenant in (
                ("one", ports[0], "a"), ("two", ports[0], "a"), ("three", ports[1], "b"),
            )
        ]  # fmt: skip
        (folder / "backend" / "scrape.yml").write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:" + "".join(jobs)
        )
        backend = f"{{url: '{self.backend.url}', headers: {{X-Scope-OrgID: any}}}}"
        self.apis = {
            "a": _api(folder / "a", f"matchers: {{tenant: a}}\nbackends: [{backend}, {backend}]"),
            "b": _api(folder / "b", f"matchers: {{tenant: b}}\nbackends: [{backend}]"),
        }
        self.clients = {name: Client(url) for name, (_, url) in self.apis.items()}

    def __enter__(self) -> City:
        self.a.__enter__()
        self.b.__enter__()
        self.backend.start()
        for process, _ in self.apis.values():
            process.start()
        for name in "ab":
            until(lambda name=name: self.map_of(name), f"the map of {name}", 60)
        return self

    def __exit__(self, *_: object) -> None:
        for process, _ in self.apis.values():
            process.stop()
        self.backend.stop()
        self.a.__exit__()
        self.b.__exit__()

    def map_of(self, tenant: str) -> Json | None:
        """The tenant's containers once rates are known."""
        view = self.clients[tenant].topology("containers")
        rates = [edge["bytes_per_second"] for edge in view["edges"]]
        return view if len(view["nodes"]) >= 3 and any(rates) else None


def _api(folder: Path, text: str) -> tuple[Process, str]:
    folder.mkdir()
    file = folder / "prometheus.yml"
    file.write_text(text)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        script("promscope-api"), f"--web.listen-address=127.0.0.1:{port}",
        f"--prometheus.config.file={file}", "--scrape.interval=1s",
        f"--storage.path={folder / 'storage'}", "--auth.local-viewer",
    ]  # fmt: skip
    return Process(f"api-{folder.name}", command, folder / "log", f"{url}/-/ready"), url


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = City(tmp_path_factory.mktemp("history"))
    try:
        yield made.__enter__()
    finally:
        made.__exit__()


@pytest.fixture(scope="module")
def past(city: City) -> float:
    """A moment at which `web` ran, before it exited; the exit is in the history when this ends."""
    first = city.clients["a"].topology("containers")["taken_at"]

    def later() -> float | None:
        at: float = city.clients["a"].topology("containers")["taken_at"]
        return at if at >= first + 4 else None

    moment = until(later, "a few more scrapes", 60)
    city.a.events[WEB, "die"] = 0
    until(lambda: city.backend.query("promscope_container_events_total"), "the counter", 60)
    city.a.states[WEB] = "exited"
    city.a.events[WEB, "die"] = 1

    def exited() -> bool:
        return parts(city.clients["a"].topology("containers"))["web"]["state"] == "exited"

    until(exited, "web exited on the map", 60)
    return moment


def test_view_at_a_moment_is_what_it_was(city: City, past: float) -> None:
    client = city.clients["a"]
    then = client.json("/api/v1/topology/containers", at=str(past))
    assert parts(then)["web"]["state"] == "running"
    assert parts(then)["web"]["metrics"]["cpu"] == pytest.approx(0.25, rel=0.5)
    assert past - 2 <= then["taken_at"] <= past
    assert EDGE in {edge["id"] for edge in then["edges"]}
    node = client.json(f"/api/v1/nodes/container:{WEB}", at=str(past))
    missing = {item["field"]: item["reason"] for item in node["not_measured"]}
    assert missing["record"] == missing["live processes"] == NOT_RECORDED
    assert node["actions"] == []


def test_difference_names_what_changed(city: City, past: float) -> None:
    client = city.clients["a"]
    found = client.json("/api/v1/topology/diff", **{"from": str(past), "by": "containers,services"})
    kinds = {kind["kind"]: kind for kind in found["kinds"]}
    (change,) = kinds["containers"]["changed"]
    assert change["id"] == f"container:{WEB}"
    assert (change["before"]["state"], change["after"]["state"]) == ("running", "exited")
    assert kinds["containers"]["added"] == kinds["containers"]["removed"] == []
    assert [one["label"] for one in kinds["services"]["changed"]] == ["shop/web"]


def test_timeline_tells_the_event_once(city: City, past: float) -> None:
    client = city.clients["a"]

    def events(**parameters: str) -> list[Any]:
        found = client.json("/api/v1/timeline", range="10m", **parameters)["events"]
        return [(one["node"], one["event"], one["count"]) for one in found]

    expected = [(f"container:{WEB}", "die", 1)]
    until(lambda: events() == expected, "the event", 60)
    assert events(node=f"container:{WEB}") == expected
    assert events(node=f"host:{HOST_ID}") == expected
    assert events(node=f"container:{DB}") == []


def test_beyond_retention_is_said(city: City) -> None:
    answer = city.clients["a"].get("/api/v1/topology/hosts", at="1000000")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not remembered")


def test_replicas_and_backends_that_tell_the_same_count_once(city: City) -> None:
    view = city.map_of("a")
    assert view is not None
    (edge,) = [edge for edge in view["edges"] if edge["id"] == EDGE]
    assert edge["connections"] == 3
    assert edge["bytes_per_second"]["transmit"] == pytest.approx(1000, rel=0.6)
    hosts = city.clients["a"].topology("hosts")["nodes"]
    (host,) = [node for node in hosts if node["kind"] == "host"]
    assert host["metrics"]["cpu"] == pytest.approx(2, rel=0.6)


def test_resolved_edges_are_exported(city: City) -> None:
    text = city.clients["a"].text("/metrics")
    web, db = (f"compose:{HOST_ID}:shop:{name}" for name in ("web", "db"))
    edge = f'{{port="5432",protocol="tcp",source="{web}",target="{db}"}}'
    assert f"promscope_topology_edge_connections{edge} 3.0" in text
    assert f"promscope_topology_edge_bytes_per_second{edge} " in text


def test_no_request_of_one_tenant_reaches_another(city: City, past: float) -> None:
    b = city.clients["b"]
    theirs = f"container:{WEB}"
    assert {node["id"] for node in b.topology("containers")["nodes"] if node["kind"] == "container"}
    for path in ("containers", "hosts", "processes"):
        for more in ({}, {"at": str(past)}, {"filter": "id:1111 OR NOT id:1111"}):
            text = b.get(f"/api/v1/topology/{path}", **more).text
            assert WEB not in text
            assert OLD not in text
            assert HOST_ID not in text
    for more in ({}, {"at": str(past)}):
        assert b.get(f"/api/v1/nodes/{theirs}", **more).status_code == 404
        assert b.get(f"/api/v1/nodes/{theirs}/metrics", **more).status_code == 404
        assert b.get("/api/v1/timeline", node=theirs, **more).status_code == 404
        assert WEB not in b.get("/api/v1/search", q=WEB, **more).text.replace(f'"{WEB}"', "")
    assert b.json("/api/v1/timeline", range="1h")["events"] == []
    asked = {"name": "promscope_container_info", "by": "container_id,tenant"}
    for match in ("", "tenant=a", "tenant!=b", f"container_id={WEB}", 'x="} or up{a="'):
        answer = b.get("/api/v1/metrics", **asked, **({"match": match} if match else {}))
        assert WEB not in "".join(answer.text.split('"series"')[1:])
        if answer.status_code == 200:
            tenants = {one["labels"].get("tenant") for one in answer.json()["series"]}
            assert tenants <= {"b"}
    assert WEB not in b.get("/api/v1/topology/diff", **{"from": str(past), "by": "containers"}).text
    assert HOST_ID not in b.text("/metrics")
    probes = b.json("/api/v1/topology")["probes"]
    assert [probe["host_id"] for probe in probes] == [B_HOST]
