"""Which end a socket is, and what is remembered of that."""

import pytest

from promscope_exporter.edges.describing import Describing
from promscope_exporter.edges.listeners import Listeners, Listening
from promscope_exporter.edges.nat import PublishedPorts
from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.sources import sockdiag
from promscope_exporter.sources.address import is_loopback, packed

HOST, WEB, DB = Space(1, 1, "host"), Space(2, 100, "2"), Space(3, 200, "3")
OWNERS = {
    HOST: Owner("host:a", "a"),
    WEB: Owner("container:w", "web"),
    DB: Owner("container:d", "d"),
}
GATEWAY, WEB_IP, DB_IP, FAR = map(packed, ("172.18.0.1", "172.18.0.2", "172.18.0.3", "192.0.2.9"))
PORT = 5432


def row(local, port, remote, remote_port, *, inode=7, state=sockdiag.CLOSE, acked=100, sent=98):
    return (
        sockdiag.IPV4, state, port.to_bytes(2, "big"), remote_port.to_bytes(2, "big"),
        local + bytes(12), remote + bytes(12), 99, inode, None, 0, 0, 0, acked, 50, sent, 0,
    )  # fmt: skip


class World:
    """web, db and their host; db listens."""

    def __init__(self):
        self.asked = self.looked = 0
        self.translated = {}
        self.listeners = Listeners((32768, 60999))
        self.listen(DB, PORT)
        self.made = Describing(HOST, self, self.listeners, PublishedPorts(), self)

    def listen(self, space, port):
        self.listeners.update(space, [Listening(OWNERS[space], 1, "tcp", bytes(4), port)], 1.0)

    def of_address(self, space, raw):
        self.looked += 1
        if is_loopback(raw):
            return space, OWNERS[space]
        found = {GATEWAY: HOST, WEB_IP: WEB, DB_IP: DB}.get(raw)
        return found and (found, OWNERS[found])

    def server(self, protocol, client, dialled):
        self.asked += 1
        return self.translated.get(dialled, dialled)

    def client(self, protocol, server, peer):
        self.asked += 1
        return self.translated.get(peer, peer)


@pytest.fixture
def world():
    return World()


def test_both_ends_of_a_connection_are_a_pair(world):
    for port in (40000, 40001):  # looked at, and remembered
        client = world.made.socket(WEB, row(WEB_IP, port, DB_IP, PORT))
        server = world.made.socket(DB, row(DB_IP, PORT, WEB_IP, port))
        assert (client.dialled, server.dialled) == (True, False)
        assert client.pair == server.pair
        assert not client.alone
        assert client.facts.server == client.facts.remote == (DB_IP, PORT)
        assert server.facts.client == client.facts.local == (WEB_IP, port)


def test_what_a_listener_decides_is_remembered_but_for_port_and_program(world):
    first = world.made.socket(WEB, row(WEB_IP, 40000, DB_IP, PORT, inode=7))
    looked = world.looked
    second = world.made.socket(WEB, row(WEB_IP, 40001, DB_IP, PORT, inode=8))
    assert world.looked == looked
    assert (first.facts.inode, second.facts.inode) == (7, 8)
    assert first.pair != second.pair
    fresh = World().made.socket(WEB, row(WEB_IP, 40001, DB_IP, PORT, inode=8))
    assert fresh == second


def test_another_family_is_another_address(world):
    world.made.socket(WEB, row(WEB_IP, 40000, DB_IP, PORT))
    alike = (sockdiag.IPV6, *row(WEB_IP, 40000, DB_IP, PORT)[1:])
    assert world.made.socket(WEB, alike).facts.remote[0] == DB_IP + bytes(12)


def test_after_a_change_everything_is_looked_at_anew(world):
    assert world.made.socket(DB, row(DB_IP, PORT, WEB_IP, 40000)).dialled is False
    world.listeners.forget(DB)
    world.listen(WEB, 40000)
    world.made.forget()
    assert world.made.socket(DB, row(DB_IP, PORT, WEB_IP, 40000)).dialled is True


def test_without_a_listener_each_is_decided_by_its_own_counts(world):
    world.listeners.forget(DB)
    dialled = row(WEB_IP, 40000, DB_IP, 80, acked=100, sent=98)
    answered = row(WEB_IP, 40000, DB_IP, 80, acked=98, sent=98)
    for _ in range(2):
        assert world.made.socket(WEB, dialled).dialled is True
        assert world.made.socket(WEB, answered).dialled is False


def test_where_nat_may_be_every_connection_is_asked_for(world):
    world.translated = {(FAR, 80): (DB_IP, PORT), (GATEWAY, 40000): (WEB_IP, 50000)}
    for asked in (1, 2):
        found = world.made.socket(WEB, row(WEB_IP, 40000, FAR, 80))
        assert world.asked == asked
        assert found.facts.server == (DB_IP, PORT)
        assert not found.alone
    server = world.made.socket(DB, row(DB_IP, PORT, GATEWAY, 40000))
    assert server.facts.client == (WEB_IP, 50000)
    assert server.facts.viewpoint is HOST
    assert world.made.socket(DB, row(DB_IP, PORT, GATEWAY, 40001)).facts.viewpoint is DB


def test_loopback_is_the_namespaces_own(world):
    here = packed("127.0.0.1")
    world.listen(WEB, PORT)
    for _ in range(2):
        pairs = {world.made.socket(space, row(here, 40000, here, PORT)).pair for space in (WEB, DB)}
        assert len(pairs) == 2
        client = world.made.socket(WEB, row(here, 40000, here, PORT))
        assert client.pair == world.made.socket(WEB, row(here, PORT, here, 40000)).pair


def test_a_stranger_is_alone_and_a_socket_without_a_peer_is_none(world):
    assert world.made.socket(WEB, row(WEB_IP, 40000, FAR, 443)).alone
    assert world.made.socket(WEB, row(WEB_IP, 40000, FAR, 0)) is None


def test_countless_peers_are_not_all_remembered(world):
    for number in range(5000):
        peer = (0x0A000000 + number).to_bytes(4, "big")
        assert not world.made.socket(DB, row(DB_IP, PORT, peer, 40000)).dialled
    assert len(world.made._servers) <= 4096
