"""Live events of a real exporter: what happens in containers is told through the tunnel."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from promscope_exporter.activity import EdgeId, identity
from promscope_wire import frames
from tests.acceptance.edge_page import EdgePage, exporter
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.street import Street

pytestmark = pytest.mark.docker

PATIENCE_SECONDS = 90
PORT = 7000
STORM_PORTS = range(8000, 8040)


@dataclass
class Api:
    """Greets a probe and keeps what it tells as the protocol says."""

    open: set[EdgeId] = field(default_factory=set)
    processes: list[frames.ProcessEvent] = field(default_factory=list)
    containers: set[str] = field(default_factory=set)
    lost: int = 0
    complete_after_loss: int = 0

    def serve(self, socket: ServerConnection) -> None:
        socket.recv()
        socket.send(frames.encode(frames.Welcome(frames.PROTOCOL, "api", "1", 60.0)))
        socket.send(frames.encode(frames.Watch(True)))
        try:
            for message in socket:
                self.take(frames.decode_from_probe(message))
        except ConnectionClosed:
            pass  # the exporter was ended

    def take(self, frame: frames.FromProbe | None) -> None:
        match frame:
            case frames.Inventory():  # it was there before the tunnel was
                self.containers |= {f"start {one.node}" for one in frame.containers}
            case frames.Change():
                self.containers.add(f"{frame.event} {frame.node}")
            case frames.Activity():
                if frame.complete:
                    self.open.clear()
                    self.complete_after_loss += bool(frame.lost)
                self.lost += frame.lost
                for edge in frame.edges:
                    (self.open.add if edge.open else self.open.discard)(identity(edge))
                self.processes += frame.processes


@dataclass
class Place:
    street: Street
    api: Api
    page: EdgePage
    server: str
    client: tuple[str, str]

    def edge(self, port: int) -> EdgeId:
        return (self.client[1], self.street.addresses(self.server)[0], port, "tcp", "", 0)


@pytest.fixture(scope="module")
def place(shop_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("activity")
    api = Api()
    secret = folder / "secret"
    with ExitStack() as stack:
        Product.write_secret(secret, "a-secret-of-some-length")
        socket = stack.enter_context(serve(api.serve, "127.0.0.1", 0))
        threading.Thread(target=socket.serve_forever, daemon=True).start()
        street = stack.enter_context(Street(shop_image))
        places = " ".join(f"tcp:0.0.0.0:{port}" for port in (PORT, *STORM_PORTS))
        url = f"http://127.0.0.1:{socket.socket.getsockname()[1]}"
        flags = (f"--api.url={url}", f"--api.secret-file={secret}", "--cpu.budget=0")
        page = stack.enter_context(exporter(folder, *flags))
        server, _ = street.house(does=f"serve {places}")
        client = street.house()
        wanted = f"start {client[1]}"
        until(lambda: wanted in api.containers, "the container's start", PATIENCE_SECONDS)
        yield Place(street, api, page, server, client)
        socket.shutdown()


def test_a_connection_and_its_program_are_told_from_begin_to_end(place: Place) -> None:
    edge = place.edge(PORT)
    with place.street.talking(place.client[0], "tcp", edge[1], PORT, 1):
        until(lambda: edge in place.api.open, "the edge", PATIENCE_SECONDS)
        started = until(lambda: _programs(place, "exec"), "its program", PATIENCE_SECONDS)
    until(lambda: place.page.tally() and edge not in place.api.open, "its end", PATIENCE_SECONDS)
    until(lambda: started <= _programs(place, "exit"), "the program's end", PATIENCE_SECONDS)


def _programs(place: Place, kind: str) -> set[int]:
    """Process ids of what talks; one process begins several programs after another."""
    return {
        one.pid
        for one in place.api.processes
        if (one.kind, one.owner, one.command) == (kind, place.client[1], "python3")
    }


def test_a_storm_is_bounded_and_ends_in_the_truth(place: Place) -> None:
    """More connections at once than are looked at; the edges that stay are told all the same."""
    storm = (
        "import socket, sys\n"
        f"kept = [socket.create_connection(('{{ip}}', p)) for p in {list(STORM_PORTS)}]\n"
        "for n in range(2000):\n"
        f"    socket.create_connection(('{{ip}}', {STORM_PORTS[0]} + n % 40)).close()\n"
        "print('done', flush=True)\n"
        "sys.stdin.read()\n"
    )
    edges = {place.edge(port) for port in STORM_PORTS}
    ip = place.edge(PORT)[1]
    with place.street.running(place.client[0], storm.format(ip=ip)):
        until(
            lambda: place.page.tally() and edges <= place.api.open, "every edge", PATIENCE_SECONDS
        )
    until(lambda: place.page.tally() and not edges & place.api.open, "their ends", PATIENCE_SECONDS)
    until(
        lambda: sum(place.page.tally(peer_port=port).connects for port in STORM_PORTS) == 2040,
        "every connection in the metrics",
        PATIENCE_SECONDS,
        1,
    )
    assert place.api.complete_after_loss or not place.api.lost
