import socket

import pytest

from promscope_exporter.sources import netns, sockdiag
from promscope_exporter.sources.layout import Layouts
from promscope_exporter.sources.netlink import BUFFER_BYTES, HEADER, attribute
from promscope_exporter.sources.sockdiag import SockDiag, address, describe
from tests.unit.exporter.namespaces import Pair, namespace, needs_root, until


def make():
    return SockDiag(bytearray(BUFFER_BYTES), Layouts(describe))


@pytest.fixture
def diag():
    made = make()
    yield made
    made.close()


def ports(row):
    return int.from_bytes(row[2], "big"), int.from_bytes(row[3], "big")


def ends(rows, pair):
    client = pair.client.getsockname()[1]
    found = {ports(row): row for row in rows}
    return found.get((client, pair.port)), found.get((pair.port, client))


def test_both_ends_with_their_bytes(diag):
    with Pair() as pair:
        pair.send(1000, 77)
        client, server = until(lambda: _acknowledged(diag, pair))
        assert client[0] == server[0] == sockdiag.IPV4
        assert client[1] == server[1] == sockdiag.ESTABLISHED
        assert address(client[0], client[4]) == socket.inet_aton("127.0.0.1")
        assert (client[12], client[13], client[14]) == (1001, 77, 1000)  # the SYN counts as one
        assert (server[12], server[13], server[14]) == (77, 1000, 77)


def _acknowledged(diag, pair):
    client, server = ends(diag.connections(), pair)
    return (client, server) if client[12] == 1001 and server[12] == 77 else None


def test_ipv6_and_ipv4_mapped_into_it(diag):
    with Pair(family=socket.AF_INET6, listen="::1") as pair:
        client, _ = ends(diag.connections(), pair)
        assert (client[0], address(10, client[5])) == (sockdiag.IPV6, bytes(15) + b"\x01")
    listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    with listener, socket.create_connection(("127.0.0.1", listener.getsockname()[1])) as client:
        wanted = (listener.getsockname()[1], client.getsockname()[1])
        (row,) = [row for row in diag.connections() if ports(row) == wanted]
        assert row[0] == sockdiag.IPV6
        assert address(row[0], row[4]) == socket.inet_aton("127.0.0.1")


def test_a_half_closed_connection_and_its_counts(diag):
    with Pair() as pair:
        pair.send(10)
        pair.client.shutdown(socket.SHUT_WR)
        server = until(
            lambda: next(
                (row for row in diag.connections() if ports(row)[0] == pair.port
                 and row[1] == sockdiag.CLOSE_WAIT), None,
            )
        )  # fmt: skip
        assert server[13] == 11  # the FIN counts as one


def test_listeners_and_bound_datagram_sockets(diag):
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.create_server(("::", 0), family=socket.AF_INET6) as six,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as talking,
    ):
        udp.bind(("127.0.0.1", 0))
        talking.connect(udp.getsockname())
        tcp_found = {(one.ip, one.port): one for one in diag.listeners()}
        loopback = socket.inet_aton("127.0.0.1")
        assert tcp_found[loopback, tcp.getsockname()[1]].inode
        assert (bytes(16), six.getsockname()[1]) in tcp_found
        datagram = {one.port: one.connected for one in diag.datagram()}
        assert datagram[udp.getsockname()[1]] is False
        assert datagram[talking.getsockname()[1]] is True


def test_waiting_sockets_have_no_row(diag):
    with Pair() as pair:
        port = pair.port
        pair.hang_up()
    assert not [row for row in diag.connections() if port in ports(row)]


@needs_root
def test_a_kept_socket_stays_in_its_namespace():
    with namespace() as path, Pair(path) as pair:
        diag = netns.inside(path, make)
        try:
            rows = diag.connections()
            assert len(rows) == 2
            assert all(ends(rows, pair))
            assert [one.port for one in diag.listeners()] == [pair.port]
        finally:
            diag.close()


def test_a_closed_socket_raises(diag):
    diag.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        diag.connections()


@pytest.mark.parametrize("body", [b"", bytes(40), bytes(72), bytes(72) + attribute(2, bytes(100))])
def test_messages_that_lack_tcp_info_have_no_row(body):
    raw = HEADER.pack(HEADER.size + len(body), 20, 0, 1, 0) + body
    buffer = bytearray(raw * 3)
    assert Layouts(describe).read(buffer, len(buffer)) == []


def test_a_message_without_a_cgroup_is_read_all_the_same():
    body = bytes(72) + attribute(2, bytes(232))
    raw = HEADER.pack(HEADER.size + len(body), 20, 0, 1, 0) + body
    (row,) = Layouts(describe).read(bytearray(raw), len(raw))
    assert row[8] is None


@needs_root
def test_single_sockets_are_asked_for_again():
    with namespace() as path:
        diag = netns.inside(path, make)
        pairs = [Pair(path) for _ in range(40)]
        six = Pair(path, socket.AF_INET6, "::1")
        try:
            rows = diag.connections()
            questions = [sockdiag.question(row) for row in rows]
            assert len(rows) == 82
            assert {row[6] for row in diag.again(questions)} == {row[6] for row in rows}
            six.send(1234)
            by_cookie = {row[6]: row for row in diag.again(questions)}
            assert 1234 in {row[14] for row in by_cookie.values() if row[0] == sockdiag.IPV6}
            for pair in pairs[:10]:
                pair.hang_up()
            until(lambda: len(diag.again(questions)) == 62)
            assert len(diag.connections()) == 62
        finally:
            for pair in (*pairs, six):
                pair.close()
            diag.close()


def test_an_ipv4_peer_of_an_ipv6_socket_is_asked_for_again(diag):
    listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    with listener, socket.create_connection(("127.0.0.1", listener.getsockname()[1])):
        accepted, _ = listener.accept()
        with accepted:
            port = listener.getsockname()[1]
            rows = [row for row in diag.connections() if port in ports(row)]
            assert {row[0] for row in rows} == {sockdiag.IPV4, sockdiag.IPV6}
            again = diag.again([sockdiag.question(row) for row in rows])
            assert {row[6] for row in again} == {row[6] for row in rows}
