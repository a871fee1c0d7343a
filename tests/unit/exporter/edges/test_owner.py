import pytest

from promscope_exporter.edges.owner import Ownership
from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.inventory import Container
from promscope_exporter.sources.address import packed
from promscope_exporter.sources.interfaces import Interface
from promscope_wire.frames import Network
from tests.unit.exporter.fakes import ID, OTHER_ID, record

HOST = Owner("host:abc", "machine")


class Spaces:
    def __init__(self):
        self.host = Space(1, 1, "host")
        self.host.interfaces = [_interface("192.0.2.2", "127.0.0.1")]
        self.inside = Space(2, 100, "2")
        self.inside.interfaces = [_interface("127.0.0.1", "172.18.0.2")]
        self.seats = {}

    def remembered(self):
        return [self.host, self.inside]

    def of_node(self, node):
        return self.seats.get(node)


def _interface(*addresses):
    return Interface(1, "lo", "", 0, 0, None, tuple(map(packed, addresses)))


class Cgroups:
    ids = {100: 4711, 200: 4712}  # noqa: RUF012

    def __init__(self):
        self.asked = 0

    def unified_id(self, pid):
        self.asked += 1
        return self.ids.get(pid)


@pytest.fixture
def spaces():
    return Spaces()


@pytest.fixture
def containers(spaces):
    web = record(ID, pid=100, name="web")
    native = record(OTHER_ID, pid=200, name="native")
    spaces.seats = {web.node: spaces.inside, native.node: spaces.host}
    spaces.inside.owners = [Owner(web.node, "web")]
    spaces.host.owners = [Owner(native.node, "native")]
    return {one.node: Container(one) for one in (web, native)}


@pytest.fixture
def owners(spaces, containers):
    made = Ownership(HOST, spaces, Cgroups())
    made.update(containers)
    return made


def test_a_socket_belongs_to_the_container_of_its_cgroup(owners, spaces):
    assert owners.of_socket(spaces.host, 4712).name == "native"
    assert owners.of_socket(spaces.inside, 4712).name == "native"


@pytest.mark.parametrize("group", [None, 0, 1, 99])
def test_else_to_its_namespace(owners, spaces, group):
    assert owners.of_socket(spaces.inside, group).name == "web"
    assert owners.of_socket(spaces.host, group) == HOST


def test_an_address_belongs_to_who_has_it(owners, spaces):
    space, owner = owners.of_address(spaces.host, packed("172.18.0.2"))
    assert (space, owner.name) == (spaces.inside, "web")
    assert owners.of_address(spaces.inside, packed("192.0.2.2")) == (spaces.host, HOST)
    assert owners.of_address(spaces.host, packed("203.0.113.9")) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_belongs_to_whoever_asks(owners, spaces, address):
    assert owners.of_address(spaces.inside, packed(address))[1].name == "web"
    assert owners.of_address(spaces.host, packed(address))[1] == HOST


def test_a_container_that_cannot_be_entered_has_the_addresses_the_engine_tells(owners, containers):
    hidden = record("c" * 64, pid=300, name="hidden", networks=(Network("n", ("172.19.0.5", "x")),))
    owners.update({**containers, hidden.node: Container(hidden)})
    space, owner = owners.of_address(None, packed("172.19.0.5"))
    assert (space, owner.name) == (None, "hidden")


def test_the_cgroup_is_asked_for_once_per_life_of_a_container(spaces, containers):
    cgroups = Cgroups()
    owners = Ownership(HOST, spaces, cgroups)
    for _ in range(3):
        owners.update(containers)
    assert cgroups.asked == 2
