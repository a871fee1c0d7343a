"""Edges that tell the truth: known bytes, one case per way a connection can go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from demo.engine import docker
from promscope_exporter.edges.accounting import PATIENCE
from promscope_exporter.host import detect
from tests.acceptance.edge_page import EdgePage, Labels, Tally, exporter
from tests.acceptance.patience import until
from tests.acceptance.product import free_port
from tests.acceptance.street import Street, command, outside, rule, running_in
from tests.acceptance.talker import DATAGRAM, DOWN, UP

pytestmark = pytest.mark.docker

TOLERANCE = 0.001
PATIENCE_SECONDS = 90
_PORTS = range(7000, 7010)
_UDP_PORT = 7020
_free = iter(_PORTS)
HOST = detect().node


@dataclass
class Town:
    street: Street
    page: EdgePage
    client: tuple[str, str]
    server: tuple[str, str]
    published: int

    @property
    def ip(self) -> str:
        return self.street.addresses(self.server[0])[0]


@pytest.fixture(scope="module")
def town(shop_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A client, a server with a published port, and an exporter that knows both."""
    with ExitStack() as stack:
        street = stack.enter_context(Street(shop_image))
        published = free_port()
        places = [f"tcp:{ip}:{port}" for port in _PORTS for ip in ("0.0.0.0", "[::1]")]
        places += [f"tcp:[::]:{_PORTS.stop}", f"udp:0.0.0.0:{_UDP_PORT}"]
        server = street.house("-p", f"{published}:{_PORTS[-1]}", does=f"serve {' '.join(places)}")
        client = street.house()
        folder = tmp_path_factory.mktemp("edges")
        page = stack.enter_context(exporter(folder, "--cpu.budget=0"))
        town = Town(street, page, client, server, published)
        known(page, client, server)
        yield town


@pytest.fixture
def port() -> int:
    """A port of the server that no other case talks to."""
    return next(_free)


def known(page: EdgePage, *houses: tuple[str, str]) -> None:
    """Wait until the exporter knows who has which address."""
    nodes = {node for _, node in houses}

    def owners() -> set[str]:
        return {
            labels["owner"]
            for name, labels, _ in page.samples()
            if name == "promscope_endpoint_info"
        }

    until(lambda: nodes <= owners(), "the addresses of the containers", PATIENCE_SECONDS)


def exact(page: EdgePage, connects: int, up: int, down: int, **wanted: object) -> list[Labels]:
    """Wait for these edges to say so; they must not say more afterwards. Their labels."""

    def looked() -> Tally | None:
        found = page.tally(**wanted)  # type: ignore[arg-type]
        right = (found.connects, near(found.transmit, up), near(found.receive, down))
        assert right == (connects, True, True), found
        return found

    until(looked, f"{connects} connections with {up} and {down} bytes", PATIENCE_SECONDS, 1)
    for _ in range(2):
        page.tally()
    found = looked()
    assert found is not None
    return found.labels


def settled(page: EdgePage) -> None:
    """Let the exporter give up on ends that it may still expect: that is when an edge that
    nobody made would appear."""
    end = time.monotonic() + PATIENCE + 2
    while time.monotonic() < end:
        page.tally()
        time.sleep(1)


def near(measured: float, truth: float) -> bool:
    return abs(measured - truth) <= truth * TOLERANCE


def test_short_lived_between_two_scrapes(town: Town, port: int) -> None:
    town.street.talk(town.client[0], "tcp", town.ip, port, 20, "close")
    (edge,) = exact(town.page, 20, 20 * UP, 20 * DOWN, peer_port=port)
    assert (edge["source"], edge["peer_ip"]) == (town.client[1], town.ip)
    assert "service_ip" not in edge


def test_closed_by_reset(town: Town, port: int) -> None:
    town.street.talk(town.client[0], "tcp", town.ip, port, 20, "reset")
    (edge,) = exact(town.page, 20, 20 * UP, 20 * DOWN, peer_port=port)
    assert (edge["source"], edge["peer_ip"]) == (town.client[1], town.ip)


def test_destination_nat_keeps_both_peers(town: Town, port: int) -> None:
    dialled, there = town.street.gateway, f"{town.ip}:{port}"
    words = ("-d", dialled, "-p", "tcp", "--dport", "80", "-j", "DNAT", "--to-destination", there)
    with rule("nat", "OUTPUT", *words):
        town.street.talk_from_host("tcp", dialled, 80, 10, "close")
    (edge,) = exact(town.page, 10, 10 * UP, 10 * DOWN, peer_port=port)
    assert (edge["source"], edge["peer_ip"]) == (HOST, town.ip)
    assert (edge["service_ip"], edge["service_port"]) == (dialled, "80")


def test_published_port_through_docker_proxy(town: Town) -> None:
    before = town.page.tally(peer_port=_PORTS[-1])
    assert not before.labels
    town.street.talk_from_host("tcp", "127.0.0.1", town.published, 10, "close")
    (edge,) = exact(town.page, 10, 10 * UP, 10 * DOWN, service_port=town.published)
    assert (edge["source"], edge["peer_ip"]) == (HOST, town.ip)
    assert edge["service_ip"] == "127.0.0.1"
    settled(town.page)
    assert len(town.page.tally(peer_port=_PORTS[-1]).labels) == 1, "the proxy is no edge"


def test_published_port_without_docker_proxy(town: Town, shop_image: str) -> None:
    """As an engine with `userland-proxy: false` does it: the kernel rewrites loopback too."""
    published = free_port()
    name, node = town.street.house("-p", f"127.0.0.1:{published}:80", does="serve tcp:0.0.0.0:80")
    known(town.page, (name, node))
    ip = town.street.addresses(name)[0]
    local = ("-d", "127.0.0.1", "-p", "tcp", "--dport", str(published))
    command("sysctl", "-w", f"net.ipv4.conf.{town.street.bridge}.route_localnet=1")
    with (
        rule("nat", "OUTPUT", *local, "-j", "DNAT", "--to-destination", f"{ip}:80"),
        rule("nat", "POSTROUTING", "-s", "127.0.0.1", "-d", ip, "-j", "MASQUERADE"),
    ):
        town.street.talk_from_host("tcp", "127.0.0.1", published, 10, "close")
    (edge,) = exact(town.page, 10, 10 * UP, 10 * DOWN, service_port=published)
    assert (edge["source"], edge["peer_ip"], edge["peer_port"]) == (HOST, ip, "80")
    settled(town.page)
    assert len(town.page.tally(peer_ip=ip).labels) == 1
    assert not town.page.tally(source=node).labels


def test_published_port_from_outside(town: Town) -> None:
    with outside() as (namespace, theirs, own):
        port = town.published
        town.street.talk_from_host("tcp", own, port, 10, "close", namespace=namespace)
        (edge,) = exact(town.page, 10, 10 * DOWN, 10 * UP, side="inbound", peer_ip=theirs)
    assert (edge["target"], edge["port"]) == (town.server[1], str(_PORTS[-1]))


def test_host_network_container(town: Town, port: int) -> None:
    here, there = free_port(), town.ip
    name, node = town.street.house(network="host", does=f"serve tcp:0.0.0.0:{here}")
    until(
        lambda: any(
            metric == "promscope_listen_info" and labels["port"] == str(here)
            and labels["owner"] == node
            for metric, labels, _ in town.page.samples()
        ),
        "the listener of a container in the host's network",
        PATIENCE_SECONDS,
    )  # fmt: skip
    with town.street.talking(name, "tcp", there, port, 10):
        (edge,) = exact(town.page, 10, 10 * UP, 10 * DOWN, peer_port=port)
    assert (edge["source"], edge["peer_ip"]) == (node, there)
    town.street.talk(town.client[0], "tcp", town.street.gateway, here, 10, "close")
    (edge,) = exact(town.page, 10, 10 * UP, 10 * DOWN, peer_port=here)
    assert (edge["source"], edge["peer_ip"]) == (town.client[1], town.street.gateway)


def test_containers_that_share_a_namespace(town: Town, port: int) -> None:
    guest = town.street.house(network=f"container:{town.client[0]}")
    known(town.page, guest)
    for name, node in (town.client, guest):
        with town.street.talking(name, "tcp", town.ip, port, 10):
            exact(town.page, 10, 10 * UP, 10 * DOWN, peer_port=port, source=node)
    assert len(town.page.tally(peer_port=port).labels) == 2


def test_ipv6(town: Town) -> None:
    port, ip = _PORTS.stop, town.street.addresses(town.server[0])[1]
    town.street.talk(town.client[0], "tcp", ip, port, 10, "close")
    (edge,) = exact(town.page, 10, 10 * UP, 10 * DOWN, peer_port=port)
    assert (edge["source"], edge["peer_ip"]) == (town.client[1], ip)


def test_loopback_inside_a_container(town: Town, port: int) -> None:
    for ip in ("127.0.0.1", "::1"):
        town.street.talk(town.server[0], "tcp", ip, port, 10, "close")
        (edge,) = exact(town.page, 10, 10 * UP, 10 * DOWN, peer_port=port, peer_ip=ip)
        assert edge["source"] == town.server[1]


def test_udp(town: Town) -> None:
    town.street.talk(town.client[0], "udp", town.ip, _UDP_PORT, 200, "close")
    (edge,) = exact(town.page, 1, 200 * DATAGRAM, 100 * DATAGRAM, peer_port=_UDP_PORT)
    assert (edge["source"], edge["peer_ip"]) == (town.client[1], town.ip)
    assert edge["protocol"] == "udp"


def test_the_listener_is_the_peer_though_its_port_is_the_higher_one(town: Town) -> None:
    """A client that binds a low port: the order of ports says the wrong thing."""
    port = 61_234
    _, node = server = town.street.house(does=f"serve tcp:0.0.0.0:{port}")
    known(town.page, server)
    ip = town.street.addresses(server[0])[0]
    code = (
        "import socket; s = socket.socket(); s.bind(('', 81)); s.settimeout(30)\n"
        f"s.connect(('{ip}', {port})); s.sendall(bytes({UP}))\n"
        f"got = 0\nwhile got < {DOWN}: got += len(s.recv(65536))\n"
    )
    docker("exec", town.client[0], "/usr/bin/python3", "-I", "-S", "-c", code)
    (edge,) = exact(town.page, 1, UP, DOWN, peer_port=port)
    assert (edge["source"], edge["peer_ip"]) == (town.client[1], ip)
    assert not town.page.tally(peer_port=81).labels
    assert not town.page.tally(source=node).labels


def test_unknown_peers_are_folded_above_the_budget_and_none_is_lost(town: Town) -> None:
    """A machine outside that has a whole network's addresses (a local route to all of them)."""
    strangers = 1_700
    with outside() as (namespace, theirs, _):
        name, node = town.street.house()
        known(town.page, (name, node))
        network = "198.18.240.0/20"
        command("ip", "-n", namespace, "route", "add", "local", network, "dev", "lo")
        command("ip", "route", "add", network, "via", theirs)
        serve = (
            "import socket\ns = socket.create_server(('', 80), backlog=1024)\n"
            "print('ready', flush=True)\nwhile True: s.accept()[0].close()\n"
        )
        dial = (
            "import socket\n"
            f"for n in range({strangers}):\n"
            "    s = socket.create_connection((f'198.18.{240 + n // 250}.{n % 250 + 1}', 80), 30)\n"
            "    s.recv(1)\n"
        )
        with running_in(namespace, serve):
            docker("exec", name, "/usr/bin/python3", "-I", "-S", "-c", dial)
            until(
                lambda: town.page.tally(source=node).connects == strangers,
                "every stranger counted",
                PATIENCE_SECONDS,
                1,
            )
    found = town.page.tally(source=node)
    peers = {edge["peer_ip"] for edge in found.labels}
    assert len(peers) < strangers
    assert peers & {"other:private", "other:public"}
    dropped = [
        value
        for metric, labels, value in town.page.samples()
        if metric == "promscope_series_dropped_total" and labels["reason"] == "edges"
    ]
    assert sum(dropped) > 0
