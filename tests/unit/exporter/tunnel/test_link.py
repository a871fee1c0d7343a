"""One tunnel against APIs of every kind: it dials again, tells once, and leaks nothing."""

from __future__ import annotations

import asyncio
import http
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from promscope_exporter.tunnel import link as module
from promscope_wire import frames
from promscope_wire.client_tls import ClientTls
from promscope_wire.web import tls as server_tls
from promscope_wire.web.config import Tls
from tests.trust.certificates import Authority
from tests.trust.probe import NODE, record, running_probe
from tests.trust.proxy import Proxy
from tests.trust.until import until

Handler = Callable[[ServerConnection], Awaitable[None]]


@pytest.fixture
def secret_file(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.touch(mode=0o600)
    path.write_text("a-secret-of-some-length")
    return str(path)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(module, "LAST_BACKOFF_SECONDS", 0.05)
    monkeypatch.setattr(module, "REFUSED_BACKOFF_SECONDS", 0.05)


def headers(**more: str) -> Headers:
    return Headers({"Content-Length": "0", **more})


class Api:
    """An API that greets and then listens; `heard` has what it was told."""

    def __init__(self, heartbeat: float = 60.0) -> None:
        self.heard: list[frames.FromProbe | None] = []
        self.sockets: list[ServerConnection] = []
        self.requests: list[Request] = []
        self.welcome = frames.Welcome(frames.PROTOCOL, "api", "1", heartbeat)
        self.refuse: Response | None = None
        self.port = 0

    @asynccontextmanager
    async def serving(
        self, port: int = 0, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> AsyncIterator[str]:
        async def look(_: ServerConnection, request: Request) -> Response | None:
            self.requests.append(request)
            return self.refuse

        async with serve(
            self._serve, host, port, process_request=look, max_size=None, ssl=tls
        ) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield f"{'https' if tls else 'http'}://{host}:{self.port}"

    async def _serve(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        try:
            self.heard.append(frames.decode_from_probe(await socket.recv()))
            await socket.send(frames.encode(self.welcome))
            async for message in socket:
                self.heard.append(frames.decode_from_probe(message))
        except ConnectionClosed:
            pass  # the test or the probe ended it

    def kinds(self) -> list[str]:
        return [type(frame).__name__ for frame in self.heard]


async def test_it_says_hello_then_everything_then_each_change(secret_file: str) -> None:
    api = Api()
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        await until(lambda: "Inventory" in api.kinds(), "the inventory")
        assert probe.connected
        probe.inventory.update("start", record())
        await until(lambda: "Change" in api.kinds(), "the change")
    assert api.kinds() == ["Hello", "Inventory", "Change"]
    hello = api.heard[0]
    assert isinstance(hello, frames.Hello)
    assert (hello.host_id, hello.control) == ("host-a", ("lifecycle",))
    (request,) = api.requests
    assert request.path == "/api/v1/tunnel"
    assert request.headers["Authorization"] == "Bearer a-secret-of-some-length"


async def test_after_a_loss_it_dials_again_with_everything(secret_file: str) -> None:
    api = Api()
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        for pid in (1, 2, 3):
            await until(lambda pid=pid: api.kinds().count("Inventory") == pid, "an inventory")  # type: ignore[misc]
            probe.inventory.update("start", record(pid=pid))
            api.sockets[-1].transport.abort()
    last = [frame for frame in api.heard if isinstance(frame, frames.Inventory)][-1]
    assert last.sequence == 2


async def test_what_happens_is_told_only_while_the_api_watches(secret_file: str) -> None:
    def edge(port: int) -> frames.EdgeState:
        return frames.EdgeState(NODE, "192.0.2.1", port, "tcp", True)

    api = Api()
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        await until(lambda: "Inventory" in api.kinds(), "the inventory")
        probe.activities.tell([edge(1)])
        assert not probe.activities.watched
        await api.sockets[-1].send(frames.encode(frames.Watch(True)))
        await until(lambda: "Activity" in api.kinds(), "the edges that are open")
        probe.activities.tell([edge(2)])
        await until(lambda: api.kinds().count("Activity") == 2, "the next edge")
        await api.sockets[-1].send(frames.encode(frames.Watch(True)))
        await until(lambda: api.kinds().count("Activity") == 3, "for another one that watches")
        await api.sockets[-1].send(frames.encode(frames.Watch(False)))
        await until(lambda: not probe.activities.watched, "nobody watches")
    told = [frame for frame in api.heard if isinstance(frame, frames.Activity)]
    assert [(len(one.edges), one.complete) for one in told] == [(1, True), (1, False), (2, True)]
    assert not probe.activities.watched


async def test_an_api_that_comes_later_is_found(secret_file: str) -> None:
    first, second = Api(), Api()
    async with first.serving() as url:
        port = first.port
    async with running_probe(url, secret_file) as probe:
        await until(lambda: not probe.connected, "no tunnel")
        async with second.serving(port):
            await until(lambda: "Inventory" in second.kinds(), "the inventory")


async def test_it_is_heard_while_nothing_happens(secret_file: str) -> None:
    api = Api(heartbeat=0.05)
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        await until(lambda: api.kinds().count("Heartbeat") >= 3, "heartbeats")
        beat = api.heard[-1]
        assert isinstance(beat, frames.Heartbeat)
        assert beat.epoch == probe.inventory.epoch


async def test_a_refused_secret_is_said_once(
    secret_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    api = Api()
    api.refuse = Response(http.HTTPStatus.FORBIDDEN, "", headers())
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        await until(lambda: len(api.requests) >= 3, "several tries")
        assert not probe.connected
    assert caplog.text.count("--tunnel.secret-file") == 1


async def test_a_redirect_is_not_followed(secret_file: str) -> None:
    """S1: the secret goes to the configured address only."""
    other, api = Api(), Api()
    async with other.serving() as elsewhere, api.serving() as url:
        api.refuse = Response(
            http.HTTPStatus.FOUND, "", headers(Location=f"{elsewhere}/api/v1/tunnel")
        )
        async with running_probe(url, secret_file):
            await until(lambda: len(api.requests) >= 2, "another try")
    assert other.requests == []


async def test_an_unusable_secret_file_is_said_and_read_again(
    secret_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    api = Api()
    Path(secret_file).chmod(0o644)
    async with api.serving() as url, running_probe(url, secret_file):
        await until(lambda: "chmod 600" in caplog.text, "the remedy")
        assert api.requests == []
        Path(secret_file).chmod(0o600)
        await until(lambda: "Inventory" in api.kinds(), "the inventory")


async def test_both_sides_show_certificates_through_a_proxy(
    secret_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, context = certified(tmp_path)
    api, proxy = Api(), Proxy()
    async with proxy.serving() as through, api.serving(tls=context, host="127.0.0.2") as url:
        monkeypatch.setenv("https_proxy", through)
        async with running_probe(url, secret_file, tls=pair) as probe:
            await until(lambda: "Inventory" in api.kinds(), "the inventory")
            assert probe.connected
    assert proxy.asked == [f"CONNECT 127.0.0.2:{api.port} HTTP/1.1"]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (lambda whole: ClientTls(whole.ca_file), "set --api.cert-file"),
        (lambda whole: ClientTls("", whole.cert_file, whole.key_file), "verify failed"),
        (lambda whole: ClientTls(whole.ca_file, whole.cert_file), "that of its key"),
        (lambda whole: ClientTls(f"{whole.ca_file}.old"), "cannot be read"),
    ],
)
async def test_without_the_right_certificates_there_is_no_tunnel(
    secret_file: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    shown: Callable[[ClientTls], ClientTls],
    words: str,
) -> None:
    pair, context = certified(tmp_path)
    api = Api()
    async with (
        api.serving(tls=context) as url,
        running_probe(url, secret_file, tls=shown(pair)) as probe,
    ):
        await until(lambda: words in caplog.text, "the reason")
        assert not probe.connected
    assert api.requests == []


def certified(folder: Path) -> tuple[ClientTls, ssl.SSLContext]:
    """What a probe shows to an API that asks for certificates, and that API's context."""
    authority = Authority(folder)
    certificate, key = authority.issue("api", "127.0.0.1", "127.0.0.2")
    wanted = Tls(
        cert_file=str(certificate),
        key_file=str(key),
        client_ca_file=str(authority.ca),
        client_auth_type="RequireAndVerifyClientCert",
    )
    shown = map(str, (authority.ca, *authority.issue("probe", "probe.example")))
    return ClientTls(*shown), server_tls.context(wanted, folder)


@pytest.mark.parametrize(
    "message", ["", "{}", '{"type":"welcome"}', '{"type":"control"}', "\x00", "[" * 100_000]
)
async def test_what_is_no_frame_ends_the_tunnel_and_not_the_probe(
    secret_file: str, message: str
) -> None:
    api = Api()
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        await until(lambda: "Inventory" in api.kinds(), "the inventory")
        await api.sockets[0].send(message)
        await until(lambda: api.kinds().count("Inventory") == 2, "the next tunnel")
        await until(lambda: probe.connected, "the next tunnel")


async def test_a_frame_of_a_newer_api_is_ignored(secret_file: str) -> None:
    api = Api()
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        await until(lambda: "Inventory" in api.kinds(), "the inventory")
        await api.sockets[0].send('{"type":"from-the-future","x":1}')
        probe.inventory.update("start", record())
        await until(lambda: "Change" in api.kinds(), "the change")
    assert len(api.sockets) == 1


async def test_an_api_of_another_protocol_is_left(
    secret_file: str, caplog: pytest.LogCaptureFixture
) -> None:
    api = Api()
    api.welcome = frames.Welcome(frames.PROTOCOL + 1, "api", "9")
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        await until(lambda: len(api.sockets) >= 2, "another try")
        assert not probe.connected
    assert "update the older one" in caplog.text


async def test_a_question_is_answered_and_a_control_has_its_outcome(secret_file: str) -> None:
    process = frames.ProcessRecord("process:a:1:1", 1, 0, "host:host-a", "init")
    api = Api()
    async with api.serving() as url, running_probe(url, secret_file, processes=[process]):
        await until(lambda: "Inventory" in api.kinds(), "the inventory")
        await api.sockets[0].send(frames.encode(frames.Query("1", "processes", "host:host-a")))
        await api.sockets[0].send(frames.encode(frames.Control("op", "stop", NODE, 8.0)))
        await until(lambda: {"Answer", "Outcome"} <= set(api.kinds()), "both")
    assert frames.Answer("1", (process,)) in api.heard


async def test_an_api_that_reads_nothing_costs_no_memory(
    secret_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket fills up, changes become one inventory, and the tunnel is given up in time."""
    monkeypatch.setattr(module, "SEND_SECONDS", 0.2)
    stalled = asyncio.Event()

    class Stalled(Api):
        async def _serve(self, socket: ServerConnection) -> None:
            self.sockets.append(socket)
            await socket.recv()
            await socket.send(frames.encode(self.welcome))
            socket.transport.pause_reading()
            await stalled.wait()
            socket.transport.abort()

    api = Stalled()
    big = {"bulk": "x" * 100_000}
    async with api.serving() as url, running_probe(url, secret_file) as probe:
        await until(lambda: probe.connected, "the tunnel")
        for number in range(400):
            probe.inventory.update("x", record(pid=number + 1, labels=big))
            await asyncio.sleep(0)
        await until(lambda: len(api.sockets) >= 2, "the tunnel was given up")
        stalled.set()
