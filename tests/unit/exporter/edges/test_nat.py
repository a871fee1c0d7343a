from promscope_exporter.edges.nat import PublishedPorts, Translations
from promscope_exporter.edges.spaces import Owner
from promscope_exporter.inventory import Container
from promscope_exporter.sources.address import packed
from promscope_exporter.sources.conntrack import TCP, Flow
from promscope_wire.frames import Network, Port
from tests.unit.exporter.fakes import record

CLIENT, SERVICE = (packed("10.0.0.9"), 40000), (packed("192.0.2.2"), 8080)
SERVER, GATEWAY = (packed("172.18.0.2"), 80), (packed("172.18.0.1"), 40000)


class Kernel:
    """Knows one translated flow."""

    def __init__(self):
        self.flow = Flow(TCP, CLIENT, SERVICE, SERVER, GATEWAY, 1, False, *[None] * 4)

    def sent(self, protocol, source, target):
        return self.flow if (protocol, source, target) == (TCP, CLIENT, SERVICE) else None

    def answered(self, protocol, server, client):
        return self.flow if (protocol, server, client) == (TCP, SERVER, GATEWAY) else None


def test_either_side_leads_to_the_other():
    translations = Translations(Kernel())
    assert translations.server(TCP, CLIENT, SERVICE) == SERVER
    assert translations.client(TCP, SERVER, GATEWAY) == CLIENT


def test_what_is_not_translated_stays():
    translations = Translations(Kernel())
    assert translations.server(TCP, CLIENT, SERVER) == SERVER
    assert translations.client(TCP, SERVER, CLIENT) == CLIENT


class Spaces:
    def of_node(self, node):
        return None


def published(*ports, **more):
    one = record(pid=7, ports=ports, networks=(Network("shop", ("172.18.0.2", "fd00::2")),))
    ports = PublishedPorts()
    ports.update({one.node: Container(one, **more)}, Spaces())
    return ports, Owner(one.node, one.name)


def test_a_port_published_on_any_address():
    ports, owner = published(Port(80, "tcp", "0.0.0.0", 8080))
    found = ports.at("tcp", (packed("192.0.2.2"), 8080))
    assert (found.owner, found.target, found.target_port) == (owner, SERVER, 80)
    assert ports.at("tcp", (packed("127.0.0.1"), 8080)) == found
    assert ports.at("udp", (packed("127.0.0.1"), 8080)) is None
    assert ports.at("tcp", (packed("127.0.0.1"), 8081)) is None
    assert ports.at("tcp", (packed("::1"), 8080)) is None
    assert ports.all() == [found]


def test_a_port_published_on_one_address():
    ports, _ = published(Port(80, "tcp", "127.0.0.1", 8080))
    assert ports.at("tcp", (packed("127.0.0.1"), 8080))
    assert ports.at("tcp", (packed("192.0.2.2"), 8080)) is None


def test_a_port_published_on_any_ipv6_address():
    ports, _ = published(Port(80, "tcp", "::", 8080))
    assert ports.at("tcp", (packed("2001:db8::1"), 8080)).ip == bytes(16)


def test_where_published_ports_end():
    ports, _ = published(Port(80, "tcp", "0.0.0.0", 8080), Port(53, "udp"))
    assert ports.is_target("tcp", SERVER)
    assert ports.is_target("tcp", (packed("fd00::2"), 80))
    assert not ports.is_target("udp", (SERVER[0], 53))  # exposed, not published
    assert ports.at("udp", (SERVER[0], 53)) is None


def test_a_container_that_is_gone_publishes_nothing():
    ports, _ = published(Port(80, "tcp", "0.0.0.0", 8080), removed=True)
    assert ports.all() == []


def test_an_address_that_cannot_be_read_is_any_address():
    ports, _ = published(Port(80, "tcp", "nonsense", 8080))
    assert ports.at("tcp", (packed("192.0.2.2"), 8080))
