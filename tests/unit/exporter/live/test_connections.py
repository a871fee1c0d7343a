import os
import socket
import time

import pytest

from promscope_exporter.live.connections import LiveConnections
from tests.unit.exporter.containers import CLIENT, HOST, SERVER, Containers, context

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def pair():
    with Containers() as containers:
        network = containers.network()
        server = containers.run(SERVER, 7001, network=network)
        client = containers.run(CLIENT, network=network)
        yield server, client


def found(live, node, wanted):
    """The connections, once `wanted` holds of one of them."""
    end = time.monotonic() + 60
    while True:
        rows = live(node)
        hits = [row for row in rows if wanted(row)]
        if hits:
            return hits[0]
        assert time.monotonic() < end, rows
        time.sleep(0.05)


def test_both_ends_of_a_connection_between_containers(pair):
    server, client = pair
    live = LiveConnections(context(pair))
    client.say(f"tcp {server.ip} 7001 5000")
    assert client.hear() == "done"
    out = found(live, client.node, lambda row: row.remote_port == 7001 and row.sent_bytes == 5000)
    assert (out.protocol, out.state, out.owner) == ("tcp", "established", client.node)
    assert (out.local_ip, out.remote_ip) == (client.ip, server.ip)
    assert out.received_bytes == 100
    assert out.process.startswith("python")
    assert out.pid
    assert out.rtt_seconds > 0
    into = found(live, server.node, lambda row: row.remote_port == out.local_port)
    assert (into.local_port, into.received_bytes, into.remote_ip) == (7001, 5000, client.ip)
    assert not any(row.remote_port == 7001 for row in live(HOST.node))


def test_datagrams_that_are_tracked(pair):
    server, client = pair
    live = LiveConnections(context(pair))
    client.say(f"udp {server.ip} 7001 1000 3")
    assert client.hear() == "done"
    out = found(live, client.node, lambda row: row.protocol == "udp" and row.remote_port == 7001)
    assert (out.state, out.remote_ip, out.process[:6]) == ("tracked", server.ip, "python")
    into = found(live, server.node, lambda row: row.protocol == "udp" and row.local_port == 7001)
    assert (into.remote_ip, into.remote_port) == (client.ip, out.local_port)


def test_of_the_host_with_ipv6(pair):
    live = LiveConnections(context(pair))
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("::1", port)) as one, listener.accept()[0] as other:
            one.sendall(bytes(77))
            assert other.recv(77, socket.MSG_WAITALL)
            row = found(live, HOST.node, lambda row: row.remote_port == port and row.sent_bytes)
            assert (row.pid, row.remote_ip, row.sent_bytes) == (os.getpid(), "::1", 77)


def test_datagrams_that_nobody_tracks(pair):
    live = LiveConnections(context(pair))
    with (
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client,
    ):
        server.bind(("::1", 0))
        port = server.getsockname()[1]
        client.connect(("::1", port))
        row = found(live, HOST.node, lambda row: row.remote_port == port)
    assert (row.protocol, row.state, row.pid) == ("udp", "connected", os.getpid())
    assert row.sent_bytes is None


def test_nodes_that_are_not_here(pair):
    with pytest.raises(LookupError):
        LiveConnections(context(pair))("container:000000000000")
