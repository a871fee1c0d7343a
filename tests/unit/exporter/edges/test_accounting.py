import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from promscope_exporter.edges.accounting import MEMORY, PATIENCE
from promscope_exporter.sources import sockdiag
from tests.unit.exporter.edges.simulation import HERE, THERE, SimulatedConnection, World, row

SIZES = st.integers(0, 1_000_000)


@pytest.fixture
def world():
    made = World()
    made.poll()
    return made


def totals(world):
    counters = world.counters
    return counters.transmitted, counters.received, counters.connects, counters.connections


class Interleavings(RuleBasedStateMachine):
    """Connections come, talk and go; polls and news of ends come in whatever order."""

    @initialize(old=st.integers(0, 3), sizes=st.tuples(SIZES, SIZES))
    def start(self, old, sizes):
        self.world = World()
        self.port = 40000
        self.expected = [0, 0]
        self.made = 0
        self.open = []
        self.before = (0, 0, 0)
        for _ in range(old):
            self.begin(both=True)
            self.open[-1].transfer(*sizes, late=0)
        self.world.poll()
        self.made = 0

    def begin(self, both):
        self.port += 1
        if not both:
            self.world.remote.add(self.port)
        self.open.append(SimulatedConnection(self.world, self.port, both))
        self.made += 1

    @rule(both=st.booleans())
    def dial(self, both):
        self.begin(both)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), up=SIZES, down=SIZES, late=st.integers(0, 5000))
    def talk(self, data, up, down, late):
        connection = data.draw(st.sampled_from(self.open))
        connection.transfer(up, down, late)
        self.expected[0] += up
        self.expected[1] += down

    @precondition(lambda self: self.open)
    @rule(data=st.data(), linger=st.booleans())
    def hang_up(self, data, linger):
        connection = data.draw(st.sampled_from(self.open))
        self.open.remove(connection)
        connection.close(linger)

    @rule()
    def let_go(self):
        self.world.let_go()

    @rule(count=st.integers(1, 5))
    def tell(self, count):
        self.world.tell(count)

    @rule(seconds=st.sampled_from((0.0, 0.5, PATIENCE + 1, 15.0)))
    def poll(self, seconds):
        self.world.pass_time(seconds)
        self.world.poll()

    @invariant()
    def only_grows(self):
        if not hasattr(self, "world"):
            return
        now = totals(self.world)[:3]
        assert all(one >= two for one, two in zip(now, self.before, strict=True))
        self.before = now

    @invariant()
    def never_invents(self):
        if hasattr(self, "world"):
            transmitted, received, connects, open_ = totals(self.world)
            assert transmitted <= self.expected[0]
            assert received <= self.expected[1]
            assert connects <= self.made
            assert open_ >= 0

    def teardown(self):
        if not hasattr(self, "world"):
            return
        for connection in self.open:
            connection.transfer(0, 0, 0)
        self.world.finish()
        assert totals(self.world) == (*self.expected, self.made, len(self.open))


Interleavings.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
test_every_interleaving_counts_every_byte_once = Interleavings.TestCase


def test_a_connection_between_two_polls_is_counted_from_the_news_of_its_end(world):
    connection = SimulatedConnection(world, 40001, both=True)
    connection.transfer(1000, 77, late=0)
    connection.close(linger=False)
    world.tell(2)
    assert totals(world) == (1000, 77, 1, 0)


def test_a_connection_older_than_the_probe_is_a_baseline():
    world = World()
    connection = SimulatedConnection(world, 40001, both=True)
    connection.transfer(5000, 5000, late=100)
    world.poll()
    assert totals(world) == (0, 0, 0, 1)
    connection.transfer(10, 20, late=0)
    world.poll()
    assert totals(world) == (10, 20, 0, 1)


def test_the_end_of_a_connection_that_was_never_seen_before_the_first_poll_counts_nothing():
    world = World()
    connection = SimulatedConnection(world, 40001, both=True)
    connection.transfer(5000, 5000, late=0)
    connection.close(linger=False)
    world.tell(2)
    world.finish()
    assert totals(world) == (0, 0, 0, 0)


def test_a_reset_client_is_counted_by_what_the_server_received(world):
    connection = SimulatedConnection(world, 40001, both=True)
    connection.transfer(1000, 0, late=0)
    world.poll()
    connection.transfer(500, 0, late=0)
    connection.abort()
    world.finish()
    transmitted, _, connects, open_ = totals(world)
    assert 1499 <= transmitted <= 1500  # whether a FIN came is not told
    assert (connects, open_) == (1, 0)


def test_a_reset_client_that_no_poll_saw_counts_once_the_server_is_alone_for_sure(world):
    connection = SimulatedConnection(world, 40001, both=True)
    connection.transfer(1000, 9, late=0)
    connection.abort()
    world.tell(2)
    assert totals(world) == (0, 0, 0, 0)
    world.finish()
    assert totals(world) == (999, 9, 1, 0)


def test_a_client_whose_namespace_is_seen_late_takes_its_connection_over(world):
    connection = SimulatedConnection(world, 40001, both=True)
    connection.transfer(100, 0, late=0)
    world.pass_time(15)
    world.poll(THERE)
    world.pass_time(15)
    world.poll(THERE)
    assert totals(world) == (100, 0, 1, 1)
    connection.transfer(11, 0, late=0)
    world.polled.add(HERE)
    world.poll(HERE)
    assert totals(world) == (111, 0, 1, 1)


def test_a_port_that_is_used_again_is_another_connection(world):
    for size in (100, 200, 300):
        connection = SimulatedConnection(world, 40001, both=True)
        connection.transfer(size, 0, late=0)
        connection.close(linger=True)
        world.tell(1)
    world.finish()
    assert totals(world) == (600, 0, 3, 0)


def test_a_socket_that_one_dump_missed_is_not_counted_again(world):
    connection = SimulatedConnection(world, 40001, both=False)
    world.remote.add(40001)
    connection.transfer(100, 0, late=0)
    world.poll()
    hidden = world.sockets.pop(connection.client.cookie)
    world.pass_time(15)
    world.poll()
    assert totals(world) == (100, 0, 1, 0)
    world.sockets[hidden.cookie] = hidden
    connection.transfer(1, 0, late=0)
    world.pass_time(15)
    world.poll()
    assert totals(world) == (101, 0, 1, 1)


def test_the_late_end_of_a_socket_that_vanished_long_ago_adds_what_was_missing(world):
    connection = SimulatedConnection(world, 40001, both=False)
    world.remote.add(40001)
    connection.transfer(100, 0, late=0)
    world.poll()
    connection.transfer(23, 0, late=0)
    world.end(connection.client, linger=True)
    connection.client.state = sockdiag.CLOSE
    for _ in range(3):
        world.pass_time(15)
        world.poll()
    world.let_go()
    world.tell(1)
    assert totals(world) == (123, 0, 1, 0)


def test_an_attempt_that_never_connects_is_a_failure_not_a_connection(world):
    attempt = row(7, state=sockdiag.SYN_SENT, sport=40001)
    world.remote.add(40001)
    world.ledger.poll(HERE, [attempt], world.now, baseline=False)
    world.ledger.settle(world.now)
    assert totals(world) == (0, 0, 0, 0)
    refused = row(7, state=sockdiag.CLOSE, sport=40001, dport=0)
    world.ledger.ended(HERE, refused, world.now)
    world.ledger.settle(world.now)
    assert (world.counters.failed, *totals(world)) == (1, 0, 0, 0, 0)


def test_an_attempt_that_no_poll_saw_is_a_failure_too(world):
    world.remote.add(40001)
    world.ledger.ended(HERE, row(7, state=sockdiag.CLOSE, sport=40001), world.now)
    world.ledger.settle(world.now)
    assert (world.counters.failed, world.counters.connects) == (1, 0)


def test_an_attempt_that_connects_is_counted_from_its_first_byte(world):
    world.remote.add(40001)
    world.ledger.poll(
        HERE, [row(7, state=sockdiag.SYN_SENT, sport=40001)], world.now, baseline=False
    )
    done = row(7, state=sockdiag.ESTABLISHED, sport=40001, acked=101, sent=100, received=5)
    world.ledger.poll(HERE, [done], world.now, baseline=False)
    world.ledger.settle(world.now)
    assert totals(world) == (100, 5, 1, 1)


def test_round_trips_are_observed_once_per_connection_and_poll(world):
    world.remote.add(40001)
    for _ in range(3):
        seen = row(7, state=sockdiag.ESTABLISHED, sport=40001, acked=1, rtt=2000)
        world.ledger.poll(HERE, [seen], world.now, baseline=False)
        world.ledger.settle(world.now)
    assert world.counters.rtt_count == 2  # the first poll did not yet know where it counts
    assert world.counters.rtt_seconds == pytest.approx(0.004)


def test_the_sockets_of_a_namespace_that_is_gone_are_closed(world):
    SimulatedConnection(world, 40001, both=True)
    world.poll()
    assert world.ledger.ends(HERE) == 1
    world.ledger.forget(HERE, world.now)
    assert totals(world)[3] == 0
    assert world.ledger.ends(HERE) == 0


def test_many_connections_of_which_one_end_is_never_told_do_not_pile_up(world):
    for port in range(20_000, 26_000):
        one = row(port, state=sockdiag.CLOSE, sport=port, acked=2, sent=0)
        world.ledger.ended(HERE, one, world.now)
    world.ledger.settle(world.now)
    world.pass_time(MEMORY + 1)
    world.ledger.round += 3
    world.ledger.settle(world.now)
    assert world.counters.connects == 6000
    assert not world.ledger._pairs


def test_a_space_is_followed_while_clients_of_this_host_tell_of_all_that_is_in_it():
    world = World()
    world.poll()
    SimulatedConnection(world, 40001, both=True)
    away = SimulatedConnection(world, 40002, both=False)
    world.poll()
    assert not world.ledger.followed(HERE)  # the clients
    assert world.ledger.followed(THERE)
    stranger = world.socket(THERE, (40003, 80), dialled=False)
    world.poll()
    assert not world.ledger.followed(THERE)
    world.end(stranger)
    away.close(linger=False)
    world.finish()
    assert world.ledger.followed(THERE)
    assert not world.ledger.followed("empty")


def test_bytes_are_exact_though_the_side_of_the_server_is_not_polled():
    world = World()
    world.poll()
    connection = SimulatedConnection(world, 40001, both=True)
    world.poll()
    for _ in range(5):
        connection.transfer(1000, 200, late=0)
        world.poll(HERE)
    assert (world.counters.transmitted, world.counters.received) == (5000, 1000)
    connection.transfer(1000, 200, late=0)
    connection.close(linger=False)
    world.finish()
    assert (world.counters.transmitted, world.counters.received) == (6000, 1200)
    assert world.counters.connections == 0


def test_bytes_are_exact_though_a_filter_hides_the_side_of_the_server():
    world = World()
    world.poll()
    early = SimulatedConnection(world, 40001, both=True)
    world.poll()
    hidden = [world.sockets.pop(early.server.cookie)]
    late = SimulatedConnection(world, 40002, both=True)
    hidden.append(world.sockets.pop(late.server.cookie))
    for _ in range(5):
        world.pass_time(15)
        early.transfer(1000, 200, late=0)
        late.transfer(50, 7, late=0)
        world.poll()
    assert totals(world) == (5250, 1035, 2, 2)
    early.transfer(1000, 200, late=0)
    late.transfer(50, 7, late=0)
    world.sockets.update((one.cookie, one) for one in hidden)
    early.close(linger=False)
    late.abort()
    world.finish()
    transmitted, *others = totals(world)
    assert 6299 <= transmitted <= 6300  # whether the reset one was sent a FIN is not told
    assert others == [1242, 2, 0]
    assert not world.ledger._pairs
