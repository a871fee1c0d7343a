import socket

import pytest

from promscope_exporter.edges import kernel
from promscope_exporter.edges.kernel import MAX_FLOWS, MAX_QUESTIONS, Kernel
from promscope_exporter.sources.conntrack import TCP, UDP, Flow
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.status import Status

SOURCE, TARGET = (bytes((10, 0, 0, 1)), 40000), (bytes((10, 0, 0, 2)), 53)


def flow(number=1, size=4):
    source = (number.to_bytes(size, "big"), 40000)
    target = (bytes(size), 53)
    return Flow(UDP, source, target, target, source, number, False, 1, 1, 1, 1)


class Spaces:
    def in_host(self, make):
        return make()


class Stream:
    """A stream of events, in parts; "lost" for an overrun."""

    every_namespace = True

    def __init__(self, *parts):
        self.parts = list(parts)
        self.overruns = 0

    def read(self):
        part = self.parts.pop(0) if self.parts else []
        if part == "lost":
            self.overruns += 1
            return self.read()
        return part

    def close(self):
        pass


class FakeConntrack:
    def __init__(self):
        self.flows = {}
        self.dumps = []
        self.questions = 0
        self.error = None

    def sent(self, protocol, source, target):
        if self.error:
            raise self.error
        self.questions += 1
        return self.flows.get(source)

    answered = sent

    def datagrams(self, family):
        self.dumps.append(family)
        size = 4 if family == socket.AF_INET else 16
        return [one for one in self.flows.values() if len(one.source[0]) == size]

    def close(self):
        pass


class Begun:
    """TCP flows that begin."""

    def __init__(self):
        self.flows, self.closed = [], False
        self.overruns = self.dropped = 0

    def first(self, most):
        self.overruns += self.dropped
        taken, self.flows = self.flows, []
        return taken[:most], max(0, len(taken) - most)

    def close(self):
        self.closed = True


class World:
    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.status = Status()
        self.conntrack, self.tcp, self.udp = FakeConntrack(), Stream(), Stream()
        self.clock = 1000.0
        monkeypatch.setattr(kernel, "Conntrack", lambda _: self.conntrack)
        monkeypatch.setattr(kernel, "TcpEvents", lambda: self.tcp)
        self.begun = Begun()
        monkeypatch.setattr(
            kernel, "ConntrackEvents", lambda *tcp, ends=True: self.begun if tcp else self.udp
        )
        monkeypatch.setattr(kernel.time, "monotonic", lambda: self.clock)
        self.set("net/netfilter/nf_conntrack_acct", "1")
        self.set("net/bridge/bridge-nf-call-iptables", "1")
        self.set("net/ipv4/ip_local_port_range", "20000\t30000")

    def set(self, name, value):
        file = self.folder / "sys" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{value}\n")

    def kernel(self):
        return Kernel(Spaces(), self.status, Procfs(str(self.folder)))


@pytest.fixture
def world(tmp_path, monkeypatch):
    return World(tmp_path, monkeypatch)


def test_all_that_is_needed_is_there(world):
    made = world.kernel()
    made.datagrams([])
    assert world.status.capabilities() == dict.fromkeys(
        ("tcp_events", "conntrack", "conntrack_bytes", "bridge_netfilter"), True
    )
    assert made.ephemeral == (20000, 30000)
    assert made.tells_ends


def test_events_are_read_until_there_are_none(world):
    world.tcp.parts = [[1, 2], [3], []]
    assert world.kernel().ended() == [1, 2, 3]


def test_lost_events_are_counted_and_everything_is_read_again(world):
    made = world.kernel()
    known = [flow()]
    made.datagrams(known)
    world.conntrack.dumps.clear()
    made.datagrams(known)
    assert world.conntrack.dumps == []
    world.tcp.parts = [[1], "lost", [2]]
    world.udp.parts = ["lost", [flow()]]
    assert made.ended() == [1, 2]
    assert made.datagram_events() == [flow()]
    assert world.status.events_lost_total() == {"tcp_events": 1, "conntrack": 1}
    made.datagrams(known)
    assert world.conntrack.dumps == [socket.AF_INET, socket.AF_INET6]


def test_few_flows_are_asked_for_one_by_one_many_are_read_at_once(world):
    made = world.kernel()
    made.datagrams([])
    world.conntrack.dumps.clear()
    world.conntrack.flows = {one.source: one for one in map(flow, range(1, 4))}
    known = [*world.conntrack.flows.values(), flow(99)]
    assert made.datagrams(known) == known[:3]  # the last one is over
    assert world.conntrack.dumps == []
    made.datagrams([flow(number) for number in range(MAX_QUESTIONS + 1)])
    assert world.conntrack.dumps == [socket.AF_INET]


def test_all_flows_are_read_now_and_then_in_case_an_event_was_missed(world):
    made = world.kernel()
    made.datagrams([])
    world.clock += 301
    world.conntrack.flows = {SOURCE: flow(1, 4), TARGET: flow(2, 16)}
    assert made.datagrams([]) == [flow(1, 4), flow(2, 16)]


def test_too_many_flows_are_not_read_each_time(world):
    made = world.kernel()
    many = [flow(number) for number in range(MAX_FLOWS + 1)]
    world.conntrack.flows = {one.source: one for one in many}
    assert len(made.datagrams([])) == MAX_FLOWS + 1
    assert made.datagrams(many) is None
    world.clock += 61
    assert len(made.datagrams(many)) == MAX_FLOWS + 1


def test_without_conntrack(world, caplog):
    world.conntrack.error = PermissionError(1, "Operation not permitted")
    made = world.kernel()
    assert made.sent(TCP, SOURCE, TARGET) is None
    assert made.answered(TCP, SOURCE, TARGET) is None
    assert made.datagrams([]) is None
    assert made.datagram_events() == []
    assert world.status.capabilities()["conntrack"] is False
    assert world.status.capabilities()["conntrack_bytes"] is False
    assert "CAP_NET_ADMIN" in caplog.text


def test_conntrack_that_fails_later_is_given_up(world):
    made = world.kernel()
    world.conntrack.error = OSError(105, "No buffer space available")
    assert made.sent(TCP, SOURCE, TARGET) is None
    assert world.status.capabilities()["conntrack"] is False


def test_without_the_ends_of_sockets(world, monkeypatch, caplog):
    def refuse():
        raise OSError(93, "Protocol not supported")

    monkeypatch.setattr(kernel, "TcpEvents", refuse)
    made = world.kernel()
    assert made.ended() == []
    assert not made.tells_ends
    assert world.status.capabilities()["tcp_events"] is False
    assert "Protocol not supported" in caplog.text


def test_hearing_the_own_namespace_alone_is_half_a_capability(world, caplog):
    world.tcp.every_namespace = False
    made = world.kernel()
    assert made.tells_ends
    assert world.status.capabilities()["tcp_events"] is False
    assert "CAP_NET_BROADCAST" in caplog.text


@pytest.mark.parametrize(
    ("name", "capability"),
    [
        ("net/netfilter/nf_conntrack_acct", "conntrack_bytes"),
        ("net/bridge/bridge-nf-call-iptables", "bridge_netfilter"),
    ],
)
def test_a_setting_that_is_off_says_how_to_turn_it_on(world, caplog, name, capability):
    world.set(name, "0")
    made = world.kernel()
    made.datagrams([])
    assert world.status.capabilities()[capability] is False
    assert name.replace("/", ".").removeprefix("net.") in caplog.text
    (world.folder / "sys" / name).unlink()
    made.datagrams([])
    assert world.status.capabilities()[capability] is False


def test_a_range_that_cannot_be_read_is_the_kernels_default(world):
    world.set("net/ipv4/ip_local_port_range", "what")
    assert world.kernel().ephemeral == (32768, 60999)


def test_beginnings_are_heard_while_somebody_listens_and_only_so_many(world):
    made = world.kernel()
    world.begun.flows = [flow()]
    assert made.begun(watched=False) == ([], 0)
    world.begun.flows = [flow()] * (kernel.MAX_BEGUN + 7)
    found, left = made.begun(watched=True)
    assert (len(found), left) == (kernel.MAX_BEGUN, 7)
    world.begun.dropped = 2
    assert made.begun(watched=True) == ([], 2)
    made.begun(watched=False)
    assert world.begun.closed
