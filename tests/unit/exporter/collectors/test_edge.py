import pytest

from promscope_exporter.collectors import edge
from promscope_exporter.collectors.edge import EdgeCollector
from promscope_exporter.edges.table import LINGER, Table, fold_edge, fold_inbound
from tests.unit.api.prometheus import evaluated
from tests.unit.exporter.edges import simulation
from tests.unit.exporter.fakes import FakeClock, collect, context

KEY = ("container:4f1c2a9b7d3e", "web", "nginx", "10.0.0.2", "5432", "tcp", None, None)
LABELS = (
    '{source="container:4f1c2a9b7d3e",source_name="web",process="nginx",peer_ip="10.0.0.2",'
    'peer_port="5432",protocol="tcp"}'
)
INBOUND = ("host:abc", "machine", "sshd", "22", "tcp", "203.0.113.9")


class Kernel:
    tells_ends = True


class Tracker:
    """What is counted, without anybody who counts."""

    def __init__(self):
        self.kernel = Kernel()
        self.edges = Table(100, fold_edge, lambda: None)
        self.inbound = Table(100, fold_inbound, lambda: None)
        self.pages = []

    def collect(self, page):
        self.pages.append(page)

    def read(self, reader):
        reader()


class World:
    def __init__(self, folder, monkeypatch):
        self.clock = FakeClock()
        self.tracker = Tracker()
        self.released = []
        monkeypatch.setattr(edge.tracker, "acquire", lambda _: self.tracker)
        monkeypatch.setattr(edge.tracker, "release", self.released.append)
        self.context = context(folder, self.clock)
        self.collector = EdgeCollector(self.context)

    def scrape(self, wait=15.0):
        found = collect(self.collector, self.clock)
        self.clock.pass_time(wait)
        return {name.removeprefix("promscope_"): value for name, value in found.items()}

    def edge(self, *key):
        return self.tracker.edges.at(key or KEY, self.clock.now)


@pytest.fixture
def world(tmp_path, monkeypatch):
    return World(tmp_path, monkeypatch)


def test_an_edge_is_born_at_zero_and_then_tells_the_truth(world):
    one = world.edge()
    one.connections, one.connects, one.failed, one.retransmits = 2, 5, 1, 3
    one.transmitted, one.received, one.bytes_known = 1000, 77, True
    one.rtt_seconds, one.rtt_count = 0.004, 2
    values = {
        "edge_connections": 2, "edge_connects_total": 5, "edge_failed_connects_total": 1,
        "edge_transmit_bytes_total": 1000, "edge_receive_bytes_total": 77,
        "edge_retransmits_total": 3, "edge_rtt_seconds_sum": 0.004, "edge_rtt_seconds_count": 2,
    }  # fmt: skip
    first = world.scrape()
    assert first == {
        f"{name}{LABELS}": value if name == "edge_connections" else 0
        for name, value in values.items()
    }
    assert world.scrape() == {f"{name}{LABELS}": value for name, value in values.items()}
    assert world.tracker.pages == [1000.0, 1015.0]


def test_what_is_not_known_is_absent(world):
    world.edge()
    world.tracker.kernel.tells_ends = False
    assert set(world.scrape()) == {
        f"edge_connections{LABELS}",
        f"edge_connects_total{LABELS}",
        f"edge_retransmits_total{LABELS}",
    }


def test_datagrams_have_neither_round_trips_nor_failures(world):
    one = world.edge(*KEY[:5], "udp", "10.0.0.9", "53")
    one.bytes_known, one.rtt_count = True, 5
    found = world.scrape()
    assert {name.partition("{")[0] for name in found} == {
        "edge_connections", "edge_connects_total", "edge_transmit_bytes_total",
        "edge_receive_bytes_total",
    }  # fmt: skip
    assert all('service_ip="10.0.0.9",service_port="53"}' in name for name in found)


def test_inbound_is_told_from_the_side_of_the_target(world):
    one = world.tracker.inbound.at(INBOUND, world.clock.now)
    one.transmitted, one.received, one.bytes_known, one.connects = 10, 20, True, 1
    world.scrape()
    labels = (
        '{target="host:abc",target_name="machine",process="sshd",port="22",protocol="tcp",'
        'peer_ip="203.0.113.9"}'
    )
    assert world.scrape() == {
        f"inbound_connections{labels}": 0,
        f"inbound_connects_total{labels}": 1,
        f"inbound_receive_bytes_total{labels}": 10,  # what the peer transmitted
        f"inbound_transmit_bytes_total{labels}": 20,
    }


def test_an_edge_that_is_long_gone_is_gone(world):
    world.edge()
    world.tracker.inbound.at(INBOUND, world.clock.now)
    assert world.scrape(LINGER)
    assert world.scrape(1)
    assert world.scrape() == {}
    assert not world.collector._edges
    assert not world.collector._inbound


def test_closing_gives_the_tracker_back(world):
    world.collector.close()
    assert world.released == [world.context]


def test_increase_over_a_crash_is_within_two_percent_and_has_no_spike(tmp_path, monkeypatch):
    """An hour of a steady connection at 1 kB/s, in which the exporter is killed right before a
    scrape, misses that one, and begins anew right before the one after it: at its worst."""

    def life(kernel, scrapes):
        world = World(tmp_path, monkeypatch)
        kernel.counters = world.edge()
        for _ in range(scrapes):
            kernel.poll()
            yield world.scrape()[f"edge_transmit_bytes_total{LABELS}"]
            kernel.pass_time(15)
            connection.transfer(15_000, 0, late=0)

    before, after = simulation.World(), simulation.World()
    connection = simulation.SimulatedConnection(before, 40001, both=True)
    told = [f"{value:.0f}" for value in life(before, 240)]
    connection.transfer(15_000, 0, late=0)
    after.sockets = before.sockets
    told += ["_", *(f"{value:.0f}" for value in life(after, 120))]
    counter = f"promscope_edge_transmit_bytes_total{LABELS}"
    steepest = f"max_over_time(rate({counter}[1m])[1h:15s])"
    yes = [{"labels": LABELS, "value": 1}]
    evaluated.check(
        tmp_path,
        {counter: " ".join(told)},
        {
            f"abs(increase({counter}[1h]) / 3.6e6 - 1) < bool 0.02": yes,
            f"{steepest} < bool 1020": yes,
        },
        at="90m",
    )
