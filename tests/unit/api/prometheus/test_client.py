"""The HTTP client against servers that behave badly (R1, S1)."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from promscope_api.prometheus import client as module
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.client import Client, Unreachable

ANSWER = b'{"status":"success","data":{"resultType":"vector","result":[]}}'


class Handler(BaseHTTPRequestHandler):
    """Answers what the server was told to, and keeps what it was asked."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.path, parse_qs(body), dict(self.headers)))
        self.server.behave(self)

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {}, {}))
        self.send_error(404)

    def log_message(self, *_: Any) -> None: ...


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, list[str]], dict[str, str]]] = []
        self.behave: Any = respond(200, ANSWER)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


def respond(status: int, body: bytes, **headers: str) -> Any:
    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


@contextmanager
def client(server: Server, timeout: float = 5.0) -> Iterator[Client]:
    made = Client(server.url + "/", timeout)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def serving() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def test_instant_query_is_a_post_with_a_timeout(server: Server) -> None:
    with client(server) as asking:
        assert asking.query("up", 12.5) == ANSWER
        asking.query("up")
    path, form, _ = server.asked[0]
    assert path == "/api/v1/query"
    assert form.pop("latency_offset") == ["1ms"]
    assert form == {"query": ["up"], "time": ["12.500"], "timeout": ["5000ms"]}
    assert "time" not in server.asked[1][1]


def test_range_query(server: Server) -> None:
    with client(server) as asking:
        asking.query_range("up", 0, 60, 15)
    path, form, _ = server.asked[0]
    assert path == "/api/v1/query_range"
    assert (form["start"], form["end"], form["step"]) == (["0.000"], ["60.000"], ["15"])


def test_error_answers_of_prometheus_are_handed_on(server: Server) -> None:
    server.behave = respond(422, b'{"status":"error","error":"bad"}')
    with client(server) as asking:
        assert b"bad" in asking.query("up")


def test_s1_redirects_are_not_followed(server: Server) -> None:
    server.behave = respond(302, b"", Location=f"{server.url}/elsewhere")
    with client(server) as asking, pytest.raises(Unreachable, match="HTTP 302"):
        asking.query("up")
    assert [path for path, _, _ in server.asked] == ["/api/v1/query"]


def test_s1_the_environment_gives_no_proxy_and_no_password(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with client(server) as asking:
        assert asking.query("up") == ANSWER
    assert "Authorization" not in server.asked[0][2]


def test_r1_html_of_something_else_says_check_the_url(server: Server) -> None:
    server.behave = respond(404, b"<html>nope</html>")
    with client(server) as asking, pytest.raises(Unreachable, match=r"--prometheus\.url"):
        asking.query("up")


def test_r1_oversize_answer_is_cut_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ANSWER_BYTES", 1_000_000)
    server.behave = respond(200, b" " * 1_500_000)
    with client(server) as asking, pytest.raises(BadAnswer, match="over 1000000 bytes"):
        asking.query("up")


def test_r1_gzip_bomb_counts_by_what_it_unpacks_to(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ANSWER_BYTES", 1_000_000)
    bomb = gzip.compress(b" " * 50_000_000)
    server.behave = respond(200, bomb, **{"Content-Encoding": "gzip"})
    with client(server) as asking, pytest.raises(BadAnswer, match="over"):
        asking.query("up")


def test_r1_answer_that_never_comes_times_out(server: Server) -> None:
    let_go = threading.Event()
    server.behave = lambda _handler: let_go.wait(20)
    try:
        with client(server, 0.3) as asking, pytest.raises(Unreachable, match="too long"):
            asking.query("up")
    finally:
        let_go.set()


def test_r1_endless_answer_ends(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK_BYTES", 64)
    let_go = threading.Event()

    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not let_go.wait(0.02):
            try:
                handler.wfile.write(b" " * 64)
            except OSError:
                return

    server.behave = drip
    try:
        with client(server, 0.3) as asking, pytest.raises(Unreachable, match="still sending"):
            asking.query("up")
    finally:
        let_go.set()


def test_nobody_listens(server: Server) -> None:
    gone = Client("http://127.0.0.1:9", 1.0)
    with pytest.raises(Unreachable, match="is it running"):
        gone.query("up")
    gone.close()


@pytest.mark.parametrize(("seconds", "words"), [(1.6, "1600ms"), (12.0, "12000ms")])
def test_time_limit_is_a_duration_that_prometheus_reads(
    server: Server, seconds: float, words: str
) -> None:
    with client(server, seconds) as asking:
        asking.query("up")
    assert server.asked[0][1]["timeout"] == [words]
