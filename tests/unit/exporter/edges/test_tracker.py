"""The whole of the edges on a real kernel with a real Docker Engine."""

import contextlib
import os
import socket
from pathlib import Path

import pytest

from promscope_exporter.edges import tracker
from tests.unit.exporter.containers import CLIENT, HOST, SERVER, Containers, context, docker
from tests.unit.exporter.namespaces import Pair, until

pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(os.geteuid() != 0, reason="other namespaces need root"),
]

ACCOUNTING = Path("/proc/sys/net/netfilter/nf_conntrack_acct")
PORTS = (7001, 7002, 7003, 7004)


@contextlib.contextmanager
def setting(path, value):
    before = path.read_text()
    path.write_text(value)
    try:
        yield
    finally:
        path.write_text(before)


class Shop:
    """A client and a server on one bridge; the server publishes ports."""

    def __init__(self, containers):
        self.network = containers.network()
        gateway = docker(
            "network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", self.network
        )
        self.gateway = gateway
        published = [f"-p=127.0.0.1::{port}/tcp" for port in PORTS[:2]]
        published += [f"-p={gateway}::{PORTS[2]}/tcp", f"-p={gateway}::{PORTS[3]}/udp"]
        self.server = containers.run(SERVER, *PORTS, network=self.network, options=published)
        self.client = containers.run(CLIENT, network=self.network)
        self.guest = containers.run(CLIENT, network=f"container:{self.client.name}")
        self.native = containers.run(CLIENT, network="host")
        self.all = [self.server, self.client, self.guest, self.native]

    def published(self, port, protocol="tcp"):
        bindings = self.server.inspected["NetworkSettings"]["Ports"][f"{port}/{protocol}"]
        return int(bindings[0]["HostPort"])


@pytest.fixture(scope="module")
def shop():
    with setting(ACCOUNTING, "1"), Containers() as containers:
        yield Shop(containers)


class Probe:
    def __init__(self, shop):
        self.context = context(shop.all)
        self.tracker = tracker.acquire(self.context)
        self.page = 0
        self.shop = shop
        self.look()

    def look(self):
        self.page += 1
        self.tracker.collect(self.page)

    def edges(self, **wanted):
        """Edges of the shop's own, by (source, peer, service): counters."""
        names = (
            "source",
            "name",
            "process",
            "ip",
            "port",
            "protocol",
            "service_ip",
            "service_port",
        )
        found = {}
        for key, counters in self.tracker.edges.items():
            labels = dict(zip(names, key, strict=True))
            if all(labels[name] == value for name, value in wanted.items()):
                found[key] = counters
        return found

    def only(self, **wanted):
        self.look()
        found = self.edges(**wanted)
        assert len(found) == 1, found
        ((key, counters),) = found.items()
        return key, counters

    def total(self, field, **wanted):
        return sum(getattr(counters, field) for counters in self.edges(**wanted).values())

    def wait(self, field, value, **wanted):
        def enough():
            self.look()
            return self.total(field, **wanted) >= value

        until(enough, 60)
        assert self.total(field, **wanted) == value


@pytest.fixture
def probe(shop):
    made = Probe(shop)
    yield made
    tracker.release(made.context)


def tell(container, line):
    container.say(line)
    assert container.hear() == "done"


def test_a_long_lived_connection_has_every_byte_and_its_process(shop, probe):
    for size in (1_000_000, 1, 12_345):
        tell(shop.client, f"tcp {shop.server.ip} 7001 {size}")
        probe.look()
    wanted = {"source": shop.client.node, "ip": shop.server.ip, "port": "7001"}
    probe.wait("transmitted", 1_012_346, **wanted)
    (key,) = probe.edges(**wanted)
    assert key[1:] == (shop.client.name, "python3.11", shop.server.ip, "7001", "tcp", None, None)
    counters = probe.edges(**wanted)[key]
    assert (counters.received, counters.connects, counters.connections) == (100, 1, 1)
    probe.look()
    assert counters.rtt_count > 0
    assert not probe.edges(source=shop.server.node)


def test_connections_between_two_collections_are_counted(shop, probe):
    tell(shop.client, f"short {shop.server.ip} 7002 10000 20")
    wanted = {"source": shop.client.node, "ip": shop.server.ip, "port": "7002"}
    probe.wait("transmitted", 200_000, **wanted)
    assert probe.total("received", **wanted) == 2000
    assert probe.total("connects", **wanted) == 20
    assert probe.total("connections", **wanted) == 0


def test_a_connection_that_is_older_than_the_probe_is_a_baseline(shop):
    tell(shop.client, f"tcp {shop.server.ip} 7003 5000")
    made = Probe(shop)
    try:
        wanted = {"source": shop.client.node, "ip": shop.server.ip, "port": "7003"}
        assert made.total("transmitted", **wanted) == made.total("connects", **wanted) == 0
        assert made.total("connections", **wanted) == 1
        tell(shop.client, f"tcp {shop.server.ip} 7003 77")
        made.wait("transmitted", 77, **wanted)
    finally:
        tracker.release(made.context)


def test_datagrams_between_bridged_containers(shop, probe):
    tell(shop.client, f"udp {shop.server.ip} 7001 1000 30")
    wanted = {"source": shop.client.node, "protocol": "udp", "ip": shop.server.ip}
    probe.wait("transmitted", 30_000, **wanted)
    assert probe.total("received", **wanted) == 30 * 50
    ((key, counters),) = probe.edges(**wanted).items()
    assert key[2] == "python3.11"
    assert counters.connections == 1
    tell(shop.client, f"udp {shop.server.ip} 7001 10 1")
    probe.wait("transmitted", 30_010, **wanted)


def test_a_published_port_through_the_kernels_nat_is_one_edge_to_the_container(shop, probe):
    port = shop.published(7003)
    with socket.create_connection((shop.gateway, port)) as client:
        client.sendall(bytes(3000))
        wanted = {"service_ip": shop.gateway, "service_port": str(port)}
        probe.wait("transmitted", 3000, **wanted)
        (key,) = probe.edges(**wanted)
        assert key[0] == HOST.node
        assert key[3:6] == (shop.server.ip, "7003", "tcp")
        assert key[2].startswith(("python", "pytest"))
    assert not probe.edges(source=HOST.node, ip=shop.server.ip, service_ip=None)


def test_a_published_port_through_docker_proxy_is_one_edge_to_the_container(shop, probe):
    port = shop.published(7001)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(bytes(4000))
        wanted = {"service_ip": "127.0.0.1", "service_port": str(port)}
        probe.wait("transmitted", 4000, **wanted)
        (key,) = probe.edges(**wanted)
        assert (key[0], *key[3:5]) == (HOST.node, shop.server.ip, "7001")
        assert probe.total("connections", **wanted) == 1
    for _ in range(3):
        probe.look()
    assert not probe.edges(source=HOST.node, ip=shop.server.ip, service_ip=None)
    assert not probe.edges(process="docker-proxy")


def test_short_connections_through_docker_proxy_are_not_doubled(shop, probe):
    port = shop.published(7002)
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.recv(100, socket.MSG_WAITALL)
            client.sendall(bytes(500))
            client.shutdown(socket.SHUT_WR)
            client.recv(1)
    wanted = {"service_ip": "127.0.0.1", "service_port": str(port)}
    probe.wait("connects", 10, **wanted)
    probe.wait("transmitted", 5000, **wanted)
    until(lambda: probe.look() or not probe.tracker._ledger.unplaced(), 60)
    assert not probe.edges(source=HOST.node, ip=shop.server.ip, service_ip=None)


def test_a_datagram_through_docker_proxy_or_nat_reaches_the_container(shop, probe):
    port = shop.published(7004, "udp")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(bytes(700), (shop.gateway, port))
        assert len(udp.recv(100)) == 50
        wanted = {"service_ip": shop.gateway, "service_port": str(port)}
        probe.wait("transmitted", 700, **wanted)
        (key,) = probe.edges(**wanted)
    assert (key[0], *key[3:6]) == (HOST.node, shop.server.ip, "7004", "udp")


def test_containers_that_share_a_namespace_are_told_apart(shop, probe):
    tell(shop.guest, f"tcp {shop.server.ip} 7002 10")
    probe.wait("transmitted", 10, source=shop.guest.node, port="7002")
    assert probe.total("connections", source=shop.client.node, port="7002") == 0


def test_a_container_on_the_hosts_network_is_told_from_the_host(shop, probe):
    tell(shop.native, f"tcp {shop.server.ip} 7004 10")
    probe.wait("transmitted", 10, source=shop.native.node, port="7004")
    assert not probe.edges(source=HOST.node, port="7004", protocol="tcp")


def test_loopback_inside_a_container_stays_there(shop, probe):
    tell(shop.server, "")
    probe.wait("transmitted", 123, source=shop.server.node, ip="127.0.0.1", port="7001")
    assert not probe.edges(source=HOST.node, port="7001", ip="127.0.0.1")


@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_loopback_on_the_host(probe, family, address):
    with Pair(family=family, listen=address) as pair:
        pair.send(2_000_000, 3)
        wanted = {"source": HOST.node, "ip": address, "port": str(pair.port)}
        probe.wait("transmitted", 2_000_000, **wanted)
        assert probe.total("received", **wanted) == 3
        assert probe.total("connections", **wanted) == 1
    assert not probe.edges(ip=address, port=str(pair.client_port))


def test_a_client_that_is_refused_without_blocking_is_a_failed_connect(shop, probe):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for _ in range(5):
        with socket.socket() as client:
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
            client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    wanted = {"source": HOST.node, "ip": "127.0.0.1", "port": str(port)}
    probe.wait("failed", 5, **wanted)
    assert probe.total("connects", **wanted) == 0


def test_a_container_that_is_gone_lets_go_of_its_namespace(shop):
    with Containers() as containers:
        short = containers.run(CLIENT, network=shop.network)
        made = Probe(shop)
        try:
            made.context.inventory.update(
                "start", context([short]).inventory.containers()[short.node].record
            )
            made.look()
            assert len(made.tracker.spaces.all()) == 4
            tell(short, f"short {shop.server.ip} 7001 100 3")
            short.process.stdin.close()
            short.process.wait(timeout=30)
            made.context.inventory.remove("destroy", short.node)
            made.look()
            assert len(made.tracker.spaces.all()) == 3
            until(lambda: made.total("transmitted", source=short.node) == 300)
            assert made.total("connects", source=short.node) == 3
        finally:
            tracker.release(made.context)
