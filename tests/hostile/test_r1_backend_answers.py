"""R1: a backend that answers too much, too deep or nonsense fails the round, nothing else."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from promscope_api.graph.graph import Graph
from promscope_api.graph.refresh import Refresher
from promscope_api.prometheus import client as module
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.client import Client
from promscope_api.prometheus.queries import Scope
from tests.fleet.snapshots import shop

EMPTY = b'{"status":"success","data":{"resultType":"vector","result":[]}}'
SERIES = b'{"metric":{"job":"j","instance":"%(id)s","host_id":"%(id)s"},"value":[0,"1"]}'


class Handler(BaseHTTPRequestHandler):
    server: Backend

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        headers, body = self.server.answer
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            # The client had enough.
            self.close_connection = True

    def log_message(self, *_: Any) -> None: ...


class Backend(ThreadingHTTPServer):
    daemon_threads = True
    answer: tuple[dict[str, str], bytes] = ({}, EMPTY)


@pytest.fixture
def backend() -> Iterator[Backend]:
    made = Backend(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def _answer(result: bytes) -> bytes:
    return b'{"status":"success","data":{"resultType":"vector","result":%s}}' % result


ANSWERS: dict[str, Callable[[], tuple[dict[str, str], bytes]]] = {
    "too large": lambda: ({}, _answer(b"[" + b" " * 3_000_000 + b"]")),
    "gzip bomb": lambda: ({"Content-Encoding": "gzip"}, gzip.compress(b" " * 60_000_000)),
    "not gzip": lambda: ({"Content-Encoding": "gzip"}, b"plain"),
    "deep": lambda: ({}, b'{"status":"success","data":' + b"[" * 500_000),
    "deep in what is skipped": lambda: ({}, b'{"x":' + b"[" * 500_000 + b"]" * 500_000 + b"}"),
    "nothing": lambda: ({}, b""),
    "binary": lambda: ({}, bytes(range(256)) * 100),
    "another type": lambda: ({}, b'{"status":"success","data":{"result":{"a":1}}}'),
    "number that is none": lambda: (
        {},
        _answer(b'[{"metric":{"job":"j","instance":"i"},"value":[0,"abc"]}]'),
    ),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_r1_bad_answers_leave_the_last_map(
    backend: Backend, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ANSWER_BYTES", 2_000_000)
    backend.answer = ANSWERS[kind]()
    refresher = Refresher(Client(f"http://127.0.0.1:{backend.server_address[1]}", 5.0), Scope(15.0))
    graph = Graph()
    graph.take(shop())
    before = graph.view("containers").now.nodes
    try:
        with pytest.raises(BadAnswer) as failed:
            refresher.snapshot()
    finally:
        refresher.close()
    graph.fail(str(failed.value))
    assert graph.view("containers").now.nodes == before
    assert graph.view("containers").now.stale_reason


def test_r1_very_many_series_are_parsed_and_bounded_in_time(backend: Backend) -> None:
    series = b",".join(SERIES % {b"id": str(number).encode()} for number in range(20_000))
    backend.answer = ({}, _answer(b"[" + series + b"]"))
    refresher = Refresher(
        Client(f"http://127.0.0.1:{backend.server_address[1]}", 20.0), Scope(15.0)
    )
    try:
        snapshot = refresher.snapshot()
    finally:
        refresher.close()
    assert len(snapshot.hosts) == 20_000
