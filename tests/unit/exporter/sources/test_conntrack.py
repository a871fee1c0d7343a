import contextlib
import socket
import subprocess

import pytest

from promscope_exporter.sources import netns
from promscope_exporter.sources.conntrack import TCP, UDP, Conntrack, ConntrackEvents, describe
from promscope_exporter.sources.layout import Layouts
from promscope_exporter.sources.netlink import BUFFER_BYTES, HEADER, attribute
from tests.unit.exporter.namespaces import name_of, namespace, needs_root, until

pytestmark = needs_root

LOOPBACK = socket.inet_aton("127.0.0.1")


@pytest.fixture(scope="module")
def tracked():
    """A namespace that tracks its connections and counts their bytes."""
    with namespace() as path:
        for command in (
            "sysctl -qw net.netfilter.nf_conntrack_acct=1",
            "ip route add 192.0.2.0/24 dev lo",
            "iptables -w -t nat -A OUTPUT -d 192.0.2.77 -j DNAT --to 127.0.0.1",
            "iptables -w -A INPUT -m conntrack --ctstate NEW -j ACCEPT",
            "ip6tables -w -A INPUT -m conntrack --ctstate NEW -j ACCEPT",
        ):
            inside = ["ip", "netns", "exec", name_of(path), *command.split()]
            subprocess.run(inside, check=True)
        yield path


@pytest.fixture
def conntrack(tracked):
    made = netns.inside(tracked, lambda: Conntrack(bytearray(BUFFER_BYTES)))
    yield made
    made.close()


@contextlib.contextmanager
def datagrams(path, family=socket.AF_INET, address="127.0.0.1"):
    def make():
        return [socket.socket(family, socket.SOCK_DGRAM) for _ in range(2)]

    client, server = netns.inside(path, make)
    with client, server:
        server.bind((address, 0))
        client.bind((address, 0))
        yield client, server


def test_a_flow_of_datagrams_with_its_bytes(tracked, conntrack):
    with datagrams(tracked) as (client, server):
        for size in (100, 200):
            client.sendto(bytes(size), server.getsockname())
        server.sendto(bytes(50), client.getsockname())
        source = (LOOPBACK, client.getsockname()[1])
        target = (LOOPBACK, server.getsockname()[1])
        flow = conntrack.sent(UDP, source, target)
        assert (flow.source, flow.target, flow.server, flow.client) == (
            source,
            target,
            target,
            source,
        )
        assert (flow.sent_bytes, flow.sent_packets) == (300 + 2 * 28, 2)
        assert (flow.received_bytes, flow.received_packets) == (50 + 28, 1)
        assert not flow.ended
        assert conntrack.answered(UDP, target, source) == flow
        assert flow in conntrack.datagrams(socket.AF_INET)


def test_ipv6(tracked, conntrack):
    with datagrams(tracked, socket.AF_INET6, "::1") as (client, server):
        client.sendto(bytes(10), server.getsockname()[:2])
        ports = {flow.source[1]: flow for flow in conntrack.datagrams(socket.AF_INET6)}
        flow = ports[client.getsockname()[1]]
        assert flow.source[0] == bytes(15) + b"\x01"
        assert conntrack.sent(UDP, flow.source, flow.target).id == flow.id


def test_a_flow_that_is_not_tracked_is_none(conntrack):
    assert conntrack.sent(UDP, (LOOPBACK, 1), (LOOPBACK, 2)) is None
    assert conntrack.answered(TCP, (LOOPBACK, 1), (LOOPBACK, 2)) is None


def test_translated_addresses_are_joined_from_both_sides(tracked, conntrack):
    listener = netns.inside(tracked, lambda: socket.create_server(("127.0.0.1", 7080)))
    with listener:
        client = netns.inside(tracked, lambda: socket.create_connection(("192.0.2.77", 7080)))
        server, seen = listener.accept()
        with client, server:
            source = (socket.inet_aton(client.getsockname()[0]), client.getsockname()[1])
            flow = conntrack.sent(TCP, source, (socket.inet_aton("192.0.2.77"), 7080))
            assert flow.server == (LOOPBACK, 7080)
            peer = (socket.inet_aton(seen[0]), seen[1])
            assert conntrack.answered(TCP, (LOOPBACK, 7080), peer).source == source


def test_datagrams_alone_are_in_a_dump(tracked, conntrack):
    with datagrams(tracked) as (client, server):
        client.sendto(b"x", server.getsockname())
        assert {flow.protocol for flow in conntrack.datagrams(socket.AF_INET)} == {UDP}


def test_beginnings_and_ends_of_datagram_flows_are_told(tracked, conntrack):
    def told():
        # The kernel's own sweep may take a minute to find an expired flow; a dump ends it at once.
        conntrack.datagrams(socket.AF_INET)
        return _of(events.read(), port)

    events = netns.inside(tracked, ConntrackEvents)
    try:
        with datagrams(tracked) as (client, server):
            client.sendto(bytes(100), server.getsockname())
            port = client.getsockname()[1]
            (begun,) = until(lambda: _of(events.read(), port))
            assert not begun.ended
            assert begun.sent_bytes is None
            subprocess.run(
                ["ip", "netns", "exec", name_of(tracked), "sysctl", "-qw",
                 "net.netfilter.nf_conntrack_udp_timeout=1"], check=True,
            )  # fmt: skip
            client.sendto(bytes(100), server.getsockname())
            ended = until(told, 60)[-1]
            assert ended.ended
            assert (ended.id, ended.sent_bytes) == (begun.id, 256)
    finally:
        events.close()


def test_of_the_flows_of_one_client_to_one_service_one_is_told(tracked):
    events = netns.inside(tracked, lambda: ConntrackEvents(TCP, ends=False))
    try:
        with contextlib.ExitStack() as opened:
            ports = []
            for _ in range(2):
                server = netns.inside(tracked, lambda: socket.create_server(("127.0.0.1", 0)))
                ports.append(opened.enter_context(server).getsockname()[1])
            for port in (*ports, *ports, *ports):
                client = netns.inside(tracked, socket.socket)
                opened.enter_context(client).connect(("127.0.0.1", port))
            flows, left = events.first(50)
            assert sorted(flow.target[1] for flow in flows) == sorted(ports)
            assert left == 0
    finally:
        events.close()


def _of(flows, port):
    return [flow for flow in flows if flow.source[1] == port]


def test_a_flow_without_ports_has_no_row():
    addresses = attribute(1, bytes(4)) + attribute(2, bytes(4))
    tuple_ = attribute(1, addresses, nested=True) + attribute(2, attribute(1, b"\x01"), nested=True)
    body = bytes(4) + attribute(1, tuple_, nested=True) + attribute(2, tuple_, nested=True)
    raw = HEADER.pack(HEADER.size + len(body), 0x100, 0, 1, 0) + body
    assert Layouts(describe).read(bytearray(raw), len(raw)) == []
