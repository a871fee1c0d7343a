import pytest

from promscope_exporter.collectors import listen
from promscope_exporter.collectors.listen import ListenCollector
from promscope_exporter.edges.listeners import Listeners, Listening
from promscope_exporter.edges.nat import Published
from promscope_exporter.edges.placing import PROXY
from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.sources.address import packed
from promscope_exporter.sources.interfaces import Interface
from tests.unit.exporter.fakes import FakeClock, collect, context

HOST, WEB = Owner("host:abc", "machine"), Owner("container:4f1c2a9b7d3e", "web")


class Tracker:
    """A host and one container, which publishes port 80 as 127.0.0.1:8080."""

    def __init__(self):
        self.host, self.inside = Space(1, 1, "host"), Space(2, 100, "4026")
        self.host.interfaces = [_interface("", "192.0.2.2")]
        self.inside.interfaces = [_interface("loopback", "127.0.0.1")]
        self.inside.owners = [WEB]
        self.listeners = Listeners((32768, 60999))
        self.commands = {}
        self.spaces = self.owners = self.published = self.processes = self
        self.ports = [Published("tcp", packed("127.0.0.1"), 8080, WEB, (b"", 80), 80)]

    def collect(self, page):
        pass

    def read(self, reader):
        reader()

    def all(self):
        return self.ports

    def at(self, protocol, address):
        return address == (packed("127.0.0.1"), 8080)

    def command(self, inode):
        return self.commands.get(inode)


class Spaces:
    def __init__(self, tracker):
        self.host = tracker.host
        self.all = lambda: [tracker.host, tracker.inside]


class Owners:
    host = HOST


def _interface(kind, address):
    return Interface(1, "x", kind, 0, 0, None, (packed(address),))


class World:
    def __init__(self, folder, monkeypatch):
        self.tracker = Tracker()
        self.tracker.spaces, self.tracker.owners = Spaces(self.tracker), Owners
        monkeypatch.setattr(listen.tracker, "acquire", lambda _: self.tracker)
        monkeypatch.setattr(listen.tracker, "release", lambda _: None)
        self.clock = FakeClock()
        self.collector = ListenCollector(context(folder, self.clock))

    def scrape(self, family):
        prefix = f"promscope_{family}_info"
        found = collect(self.collector, self.clock)
        assert set(found.values()) <= {1}
        return {name.removeprefix(prefix) for name in found if name.startswith(prefix)}

    def listens(self, space, *found):
        self.tracker.listeners.update(space, found, 0)


@pytest.fixture
def world(tmp_path, monkeypatch):
    return World(tmp_path, monkeypatch)


def test_addresses(world):
    assert world.scrape("endpoint") == {
        '{owner="host:abc",owner_name="machine",ip="192.0.2.2",netns="host",routable="true"}',
        (
            '{owner="container:4f1c2a9b7d3e",owner_name="web",ip="127.0.0.1",netns="4026",'
            'routable="false"}'
        ),
    }


PUBLISHED = (
    '{owner="container:4f1c2a9b7d3e",owner_name="web",ip="127.0.0.1",port="8080",'
    'protocol="tcp",netns="host",target_port="80"}'
)


def test_listeners_and_published_ports(world):
    world.tracker.commands[5] = "nginx"
    world.listens(
        world.tracker.inside,
        Listening(WEB, 5, "tcp", bytes(4), 80),
        Listening(WEB, 6, "udp", bytes(16), 53),
    )
    assert world.scrape("listen") == {
        PUBLISHED,
        (
            '{owner="container:4f1c2a9b7d3e",owner_name="web",process="nginx",ip="0.0.0.0",port="80",'
            'protocol="tcp",netns="4026"}'
        ),
        (
            '{owner="container:4f1c2a9b7d3e",owner_name="web",ip="::",port="53",protocol="udp",'
            'netns="4026"}'
        ),
    }


@pytest.mark.parametrize("command", [PROXY, None])
def test_docker_proxy_itself_does_not_listen(world, command):
    world.tracker.commands[7] = command
    world.listens(world.tracker.host, Listening(HOST, 7, "tcp", packed("127.0.0.1"), 8080))
    assert world.scrape("listen") == {PUBLISHED}


def test_another_program_on_the_published_address_is_shown(world):
    world.tracker.commands[7] = "haproxy"
    world.listens(world.tracker.host, Listening(HOST, 7, "tcp", packed("127.0.0.1"), 8080))
    assert len(world.scrape("listen")) == 2


def test_dockers_own_resolver_is_not_the_containers(world):
    world.listens(world.tracker.inside, Listening(WEB, 7, "tcp", packed("127.0.0.11"), 41000))
    assert world.scrape("listen") == {PUBLISHED}


def test_a_program_that_stops_listening_is_gone_at_once(world):
    world.listens(world.tracker.inside, Listening(WEB, 5, "tcp", bytes(4), 80))
    assert len(world.scrape("listen")) == 2
    world.listens(world.tracker.inside)
    world.tracker.ports = []
    assert world.scrape("listen") == set()
    assert not world.collector._listens
