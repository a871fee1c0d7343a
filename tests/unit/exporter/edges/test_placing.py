import pytest

from promscope_exporter.commands import Commands
from promscope_exporter.edges.listeners import Listeners, Listening
from promscope_exporter.edges.nat import Published
from promscope_exporter.edges.placing import NOWHERE, PROXY, Client, Placing, Server
from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.edges.table import Table, fold_edge, fold_inbound
from promscope_exporter.sources.address import packed

HOST = Owner("host:abc", "machine")
WEB = Owner("container:4f1c2a9b7d3e", "web")
HERE, INSIDE = Space(1, 1, "host"), Space(2, 100, "2")
LOOPBACK, GATEWAY, PEER = packed("127.0.0.1"), packed("172.18.0.1"), packed("203.0.113.9")
WEB_IP = packed("172.18.0.2")
TARGET = (WEB_IP, 80)


class World:
    """The neighbours of Placing: web is published on 127.0.0.1:8080 by docker-proxy."""

    def __init__(self):
        INSIDE.owners = [WEB]
        self.commands = {}
        self.lost = set()
        self.wanted = {}
        self.listeners = Listeners((32768, 60999))
        self.edges = Table(100, fold_edge, lambda: None)
        self.inbound = Table(100, fold_inbound, lambda: None)
        self.placing = Placing(
            Spaces(), self, self.listeners, self, self, Commands(), self.edges, self.inbound
        )

    # owners
    host = HOST

    def of_socket(self, space, group):
        return WEB if space is INSIDE else HOST

    def of_address(self, space, raw):
        if raw == WEB_IP:
            return INSIDE, WEB
        if raw == LOOPBACK:
            return space, self.of_socket(space, None)
        return (HERE, HOST) if raw == GATEWAY else None

    # published ports
    def at(self, protocol, address):
        if address[1] == 8080 and address[0] in (LOOPBACK, GATEWAY):
            return Published("tcp", address[0], 8080, WEB, TARGET, 80)
        return None

    def is_target(self, protocol, address):
        return address == TARGET

    # processes
    def command(self, inode):
        return self.commands.get(inode)

    def hopeless(self, inode):
        return not inode or inode in self.lost

    def want(self, inode, nodes):
        self.wanted[inode] = list(nodes)

    def edge_keys(self):
        return [key for key, _ in self.edges.items()]


class Spaces:
    host = HERE

    def of_node(self, node):
        return INSIDE if node == WEB.node else None


@pytest.fixture
def world():
    return World()


def ripe():
    return True


def unripe():
    return False


def client(space=HERE, local=LOOPBACK, remote=(PEER, 443), server=None, inode=5):
    return Client("tcp", space, (local, 40000), remote, server or remote, inode, None)


def test_an_edge_is_named_by_its_client(world):
    world.commands[5] = "curl"
    assert world.placing.client(client(), unripe) is world.placing.client(client(), unripe)
    assert world.edge_keys() == [(*HOST, "curl", "203.0.113.9", "443", "tcp", None, None)]


def test_the_process_is_waited_for_but_not_for_ever(world):
    assert world.placing.client(client(), unripe) is None
    world.lost.add(5)
    world.placing.client(client(), unripe)
    assert world.edge_keys()[0][2] == "other"


def test_an_ended_client_has_no_process(world):
    world.placing.client(client(inode=0), unripe)
    assert world.edge_keys()[0][2] == "other"


def test_behind_nat_the_peer_is_who_answers_and_the_service_what_was_dialled(world):
    world.commands[5] = "curl"
    world.placing.client(client(remote=(PEER, 80), server=TARGET), unripe)
    assert world.edge_keys() == [(*HOST, "curl", "172.18.0.2", "80", "tcp", "203.0.113.9", "80")]


def test_a_client_of_docker_proxy_is_a_client_of_the_container(world):
    world.commands.update({5: "curl", 6: PROXY})
    world.placing.client(client(remote=(LOOPBACK, 8080)), unripe)
    second = client(local=GATEWAY, remote=TARGET, inode=6)
    assert world.placing.client(second, unripe) is NOWHERE
    assert world.edge_keys() == [(*HOST, "curl", "172.18.0.2", "80", "tcp", "127.0.0.1", "8080")]


def test_the_second_half_of_a_short_proxied_connection_is_no_edge(world):
    second = client(local=GATEWAY, remote=TARGET, inode=0)
    assert world.placing.client(second, unripe) is None  # the first half may still be told
    world.placing.client(client(remote=(LOOPBACK, 8080), inode=0), unripe)
    assert world.placing.client(second, unripe) is NOWHERE
    assert world.placing.client(second, ripe) is not NOWHERE  # there was one first half
    assert [key[6] for key in world.edge_keys()] == ["127.0.0.1", None]


def test_a_host_that_really_dials_a_container_is_an_edge(world):
    world.commands[5] = "curl"
    world.placing.client(client(local=GATEWAY, remote=TARGET), unripe)
    assert world.edge_keys() == [(*HOST, "curl", "172.18.0.2", "80", "tcp", None, None)]


def test_old_halves_are_forgotten(world):
    world.placing.client(client(remote=(LOOPBACK, 8080), inode=0), unripe)
    world.placing.now = 100.0
    second = client(local=GATEWAY, remote=TARGET, inode=0)
    assert world.placing.client(second, ripe) is not NOWHERE


def test_loopback_inside_a_container_is_not_the_hosts_published_port(world):
    world.commands[5] = "curl"
    world.placing.client(client(space=INSIDE, remote=(LOOPBACK, 8080)), unripe)
    assert world.edge_keys() == [(*WEB, "curl", "127.0.0.1", "8080", "tcp", None, None)]


def test_a_peer_of_nobody_is_inbound(world):
    world.commands[9] = "nginx"
    world.listeners.update(INSIDE, [Listening(WEB, 9, "tcp", bytes(4), 80)], 0)
    stranger = Server("tcp", INSIDE, TARGET, (PEER, 50000), None, INSIDE)
    world.placing.server(stranger, unripe)
    assert [key for key, _ in world.inbound.items()] == [
        (*WEB, "nginx", "80", "tcp", "203.0.113.9")
    ]
    assert world.edge_keys() == []


def test_a_peer_of_nobody_through_docker_proxy_is_inbound_of_the_container(world):
    server = Server("tcp", HERE, (GATEWAY, 8080), (PEER, 50000), None, HERE)
    world.placing.server(server, unripe)
    assert [key for key, _ in world.inbound.items()] == [
        (*WEB, "other", "80", "tcp", "203.0.113.9")
    ]
    second = client(local=GATEWAY, remote=TARGET, inode=0)
    assert world.placing.client(second, unripe) is NOWHERE


def test_a_server_waits_for_a_client_on_this_host_and_then_speaks_for_it(world):
    server = Server("tcp", HERE, (GATEWAY, 5432), (WEB_IP, 50000), None, HERE)
    assert world.placing.server(server, unripe) is None
    world.placing.server(server, ripe)
    assert world.edge_keys() == [(*WEB, "other", "172.18.0.1", "5432", "tcp", None, None)]


def test_the_servers_side_of_a_proxied_connection_does_not_speak_for_the_host(world):
    world.placing.client(client(remote=(LOOPBACK, 8080), inode=0), unripe)
    server = Server("tcp", INSIDE, TARGET, (GATEWAY, 50000), None, INSIDE)
    assert world.placing.server(server, ripe) is NOWHERE


def test_the_process_is_looked_for_among_everyone_in_the_namespace(world):
    world.placing.want(client(space=INSIDE, inode=7))
    assert set(world.wanted[7]) == {WEB.node}


def test_who_dialled_is_looked_for_where_the_address_was_read(world):
    """The kernel took the host's 127.0.0.1 into the container (an engine without a proxy)."""
    loopback = (packed("127.0.0.1"), 50000)
    for viewpoint, source in ((HERE, HOST), (INSIDE, WEB)):
        server = Server("tcp", INSIDE, TARGET, loopback, None, viewpoint)
        counters = world.placing.server(server, ripe)
        (key,) = [key for key, one in world.edges.items() if one is counters]
        assert key[0] == source.node
