"""The API as a process over a real Prometheus that scrapes a page made by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from websockets.sync.client import connect

from promscope_api.app import _ended
from stack.child import Process
from stack.places import script
from tests.acceptance.backend import Backend
from tests.acceptance.client import Client, Json
from tests.acceptance.patience import until
from tests.acceptance.product import free_port
from tests.fleet.client import Client as Watcher
from tests.fleet.probe import DB, HOST_ID, OLD, WEB, ProbePage, parts
from tests.fleet.rest import check_json

MESSAGES = {"full": "Full", "delta": "Delta", "metrics": "MetricsUpdate"}
EDGE = f"container:{WEB}>container:{DB}:5432/tcp"


class Stage:
    """A probe's page, a Prometheus, and an API on ports of their own."""

    def __init__(self, folder: Path) -> None:
        self.probe_port = free_port()
        self.backend = Backend(
            folder / "backend", free_port(), [f"127.0.0.1:{self.probe_port}"], "1s"
        )
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.client = Client(self.url)
        self.api = Process(
            "api",
            [
                script("promscope-api"),
                f"--web.listen-address=127.0.0.1:{port}",
                f"--prometheus.url={self.backend.url}",
                "--scrape.interval=1s",
                f"--storage.path={folder / 'storage'}",
                "--auth.local-viewer",
            ],
            folder / "api.log",
            f"{self.url}/-/ready",
        )

    def view(self, name: str = "containers") -> Json:
        return self.client.topology(name)

    def start_api(self) -> None:
        self.api.start()
        until(lambda: self.client.get("/-/ready").ok, "an API that is ready")


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    made = Stage(folder)
    try:
        made.backend.start()
        made.start_api()
        yield made
    finally:
        made.api.stop()
        made.backend.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("app")) as made, ProbePage(made.probe_port):
        yield made


@pytest.fixture
def running(shared: Stage) -> Stage:
    """What each test leaves as it found it."""
    until(lambda: full_rate(shared), "rates over the whole window")
    return shared


def full_rate(made: Stage) -> bool:
    """Whether the window that rates are taken over lies within the life of the counters."""
    rates = edges(made)[EDGE]["bytes_per_second"] if EDGE in edges(made) else None
    return bool(rates) and rates["transmit"] > 900


def edges(made: Stage) -> dict[str, Json]:
    return {edge["id"]: edge for edge in made.view()["edges"]}


def test_page_of_a_probe_becomes_a_map(running: Stage) -> None:
    view = running.view()
    check_json("Topology", view)
    nodes = parts(view)
    assert set(nodes) == {"web", "db", "old", "93.184.216.34"}
    assert nodes["old"]["state"] == "exited"
    assert nodes["web"]["group"] == f"group:compose:{HOST_ID}:shop:web"
    until(lambda: numbers_are_right(running), "the numbers of the page")
    assert set(parts(running.view("processes"))) == {"shop", "postgres", "sshd", "93.184.216.34"}
    overview = running.client.json("/api/v1/topology")
    check_json("Overview", overview)
    (probe,) = overview["probes"]
    assert (probe["up"], probe["tunnel"]) == (True, False)
    assert "conntrack_bytes" in [item["capability"] for item in probe["degraded"]]


def numbers_are_right(running: Stage) -> bool:
    """Rates settle once several scrapes are in their window, which a busy machine delays."""
    assert parts(running.view())["web"]["metrics"]["cpu"] == pytest.approx(0.25, rel=0.2)
    edge = edges(running)[EDGE]
    assert edge["connections"] == 3
    assert edge["bytes_per_second"]["transmit"] == pytest.approx(1000, rel=0.2)
    assert edge["bytes_per_second"]["receive"] == pytest.approx(2000, rel=0.2)
    assert edge["connects_per_second"] == pytest.approx(1, rel=0.2)
    (host,) = [node for node in running.view("hosts")["nodes"] if node["kind"] == "host"]
    assert host["metrics"]["cpu"] == pytest.approx(2, rel=0.2)
    assert (host["metrics"]["memory"], host["limits"]["memory"]) == (2e9, 8e9)
    return True


def test_details_past_and_search(running: Stage) -> None:
    node = running.client.json(f"/api/v1/nodes/container:{WEB}")
    check_json("NodeAnswer", node)
    peers = {one["node"]["label"] for one in node["connections"]["outgoing"]}
    assert peers == {"93.184.216.34", "db"}

    def cpu_line() -> Json:
        past = running.client.json(f"/api/v1/nodes/container:{WEB}/metrics", range="2m")
        check_json("History", past)
        return next(line for line in past["series"] if line["name"] == "cpu")

    def measured() -> bool:
        return any(value is not None for _, value in cpu_line()["points"])

    until(measured, "a step of 15 seconds with a number")
    cpu = cpu_line()
    assert running.backend.query(cpu["promql"])
    found = running.client.json("/api/v1/search", q="postgres")
    check_json("Found", found)
    assert found["hits"][0]["kind"] == "processes"


def test_watcher_has_what_there_is(running: Stage) -> None:
    address = f"{running.url.replace('http', 'ws')}/api/v1/topology/containers/ws"
    watcher = Watcher()
    with connect(address, max_size=None) as socket:
        for _ in range(4):
            message = json.loads(socket.recv(60))
            check_json(MESSAGES[message["type"]], message)
            watcher.take(message)
        socket.send('{"type":"resync"}')
        until(lambda: json.loads(socket.recv(60))["type"] == "full", "a full message")
    assert {f"container:{key}" for key in (WEB, DB, OLD)} <= set(watcher.nodes)


def test_probe_that_goes_is_unknown_and_nothing_disappears(tmp_path: Path) -> None:
    with stage(tmp_path) as made:
        with ProbePage(made.probe_port):
            until(lambda: "web" in parts(made.view()), "the map")

        def is_unknown() -> bool:
            nodes = parts(made.view())
            return {nodes[name]["status"] for name in ("web", "db", "old")} == {"unknown"}

        until(is_unknown, "unknown containers")

        def is_explained() -> bool:
            # A round may straddle the scrape that fails; the next one knows better.
            return "scrape of this probe failed" in parts(made.view())["web"]["reasons"][0]

        until(is_explained, "the reason")
        nodes = parts(made.view())
        assert nodes["web"]["metrics"]["cpu"] is None
        assert EDGE in edges(made)
        assert edges(made)[EDGE]["bytes_per_second"] is None
        made.api.stop()
        made.start_api()
        until(is_unknown, "unknown containers after a restart of the API")
        positions = {label: node["position"] for label, node in nodes.items()}
        assert {label: n["position"] for label, n in parts(made.view()).items()} == positions
        with ProbePage(made.probe_port):
            until(lambda: parts(made.view())["web"]["status"] == "healthy", "the probe again")
            made.api.stop()
        made.start_api()
        until(is_unknown, "unknown containers of a probe that went while no API ran")


def test_prometheus_that_goes_leaves_the_last_map(running: Stage) -> None:
    before = running.view()
    running.backend.kill()
    try:
        stale = until(lambda: (view := running.view())["stale_since"] and view, "a stale map")
        assert "Prometheus" in stale["stale_reason"]
        assert {node["id"] for node in stale["nodes"]} == {node["id"] for node in before["nodes"]}
        assert running.client.get("/-/ready").status_code == 200
        assert "promscope_api_backend_up 0.0" in running.client.text("/metrics")
    finally:
        running.backend.start()
    until(lambda: running.view()["stale_since"] is None, "a fresh map")


def test_headers_and_problems_of_the_whole(running: Stage) -> None:
    for path, status in (("/api/v1/topology", 200), ("/nothing/here", 404), ("/-/healthy", 200)):
        answer = running.client.get(path)
        assert answer.status_code == status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "server" not in answer.headers
    wrong = running.client.post("/api/v1/topology")
    assert (wrong.status_code, wrong.headers["content-type"]) == (405, "application/problem+json")
    connection = HTTPConnection(running.url.partition("//")[2], timeout=60)
    try:
        for path in ("/api/v1/topology%2fcontainers", "/api/v1/nodes/../topology"):
            connection.request("GET", path)
            refused = connection.getresponse()
            problem = json.loads(refused.read())
            assert (refused.status, problem["type"]) == (400, "urn:promscope:problem:path")
            assert refused.headers["Content-Security-Policy"]
    finally:
        connection.close()


async def test_task_that_ends_by_itself_is_said_aloud(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise OverflowError("over 64 bits")

    task = asyncio.create_task(fail(), name="graph")
    task.add_done_callback(_ended)
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0)
    assert "'graph' ended unexpectedly" in caplog.text
    assert "over 64 bits" in caplog.text
