import hypothesis.strategies as st
import pytest
from hypothesis import given

from promscope_exporter.edges.datagrams import Datagrams, payload
from promscope_exporter.edges.table import Counters
from promscope_exporter.sources.conntrack import UDP, Flow

SOURCE, TARGET = (bytes((10, 0, 0, 1)), 40000), (bytes((10, 0, 0, 2)), 53)


def flow(sent=None, received=None, identity=1, ended=False, source=SOURCE):
    """`sent` and `received`: (payload bytes, packets); None: the kernel does not count."""
    counts = [None] * 4
    if sent is not None:
        counts = [sent[0] + 28 * sent[1], sent[1]]
        counts += [received[0] + 28 * received[1], received[1]] if received else [0, 0]
    return Flow(UDP, source, TARGET, TARGET, source, identity, ended, *counts)


class World:
    def __init__(self):
        self.counters = Counters()
        self.ready = True
        self.reverse = False
        self.datagrams = Datagrams(self.place)

    def place(self, tracked):
        tracked.reversed = self.reverse
        return self.counters if self.ready else None

    def look(self, *flows, now=0.0):
        self.datagrams.update(flows, now)
        self.datagrams.settle()

    def totals(self):
        one = self.counters
        return one.transmitted, one.received, one.connects, one.connections


@pytest.fixture
def world():
    made = World()
    made.look()
    return made


def test_headers_are_no_payload():
    assert payload(flow((1000, 10), (50, 1))) == (1000, 50)
    assert payload(flow()) is None
    six = flow((1000, 10))._replace(source=(bytes(16), 1), sent_bytes=1000 + 480)
    assert payload(six) == (1000, 0)


def test_a_flow_counts_from_its_beginning(world):
    world.look(flow((100, 1)))
    world.look(flow((300, 3), (50, 1)))
    assert world.totals() == (300, 50, 1, 1)
    world.look()
    assert world.totals() == (300, 50, 1, 0)


def test_the_flows_of_the_first_look_are_a_baseline():
    world = World()
    world.look(flow((5000, 5)))
    assert world.totals() == (0, 0, 0, 1)
    world.look(flow((5100, 6)))
    assert world.totals() == (100, 0, 0, 1)


def test_a_flow_that_began_and_ended_between_two_looks(world):
    world.datagrams.event(flow())
    world.datagrams.event(flow((70, 1), (30, 1), ended=True))
    assert world.totals() == (0, 0, 0, 0)
    world.datagrams.settle()
    assert world.totals() == (70, 30, 1, 0)
    assert world.counters.bytes_known


def test_the_end_of_a_known_flow_adds_what_was_missing(world):
    world.look(flow((100, 1)))
    world.datagrams.event(flow((150, 2), ended=True))
    world.look()
    assert world.totals() == (150, 0, 1, 0)


def test_the_end_may_be_told_after_the_look_that_misses_the_flow(world):
    world.look(flow((100, 1)), now=1)
    world.look(now=2)
    world.datagrams.event(flow((150, 2), ended=True))
    world.look(now=3)
    assert world.totals() == (150, 0, 1, 0)


def test_without_accounting_bytes_are_not_known(world):
    world.look(flow())
    world.look(flow())
    assert world.totals() == (0, 0, 1, 1)
    assert not world.counters.bytes_known


def test_a_server_that_spoke_first_does_not_turn_the_edge_around(world):
    world.reverse = True
    world.look(flow((100, 1), (7, 1)))
    world.look(flow((150, 2), (9, 2)))
    assert world.totals()[:2] == (9, 150)


def test_a_port_that_is_used_again_is_another_flow(world):
    world.look(flow((100, 1), identity=1))
    world.look(flow((40, 1), identity=2))
    assert world.totals() == (140, 0, 2, 1)


def test_nothing_is_lost_while_a_flow_awaits_its_place(world):
    world.ready = False
    world.look(flow((100, 1)))
    world.look(flow((200, 2)))
    world.datagrams.event(flow((250, 3), ended=True))
    world.look(now=100)
    world.ready = True
    world.look(now=101)
    assert world.totals() == (250, 0, 1, 0)
    world.look(now=200)
    world.look(now=300)
    assert world.datagrams.known() == []


def test_an_event_before_the_first_look_is_older_than_the_probe():
    world = World()
    world.datagrams.event(flow((70, 1), ended=True))
    world.look()
    assert world.totals() == (0, 0, 0, 0)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(("look", "settle", "both"))),
                min_size=1, max_size=30))  # fmt: skip
def test_counters_only_grow_and_end_at_the_truth(steps):
    world = World()
    world.look()
    sent, before = 0, 0
    for packets, (size, how) in enumerate(steps, 1):
        sent += size
        if how != "settle":
            world.datagrams.update([flow((sent, packets))], 0.0)
        if how != "look":
            world.datagrams.settle()
        assert before <= world.counters.transmitted <= sent
        before = world.counters.transmitted
    world.datagrams.event(flow((sent, len(steps)), ended=True))
    world.datagrams.settle()
    assert world.totals() == (sent, 0, 1, 0)
