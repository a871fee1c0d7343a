import pytest

from promscope_exporter.edges.listeners import Listeners, Listening, is_datagram_server
from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.sources import sockdiag
from promscope_exporter.sources.address import packed
from promscope_exporter.sources.sockdiag import Listener
from tests.unit.exporter.edges.simulation import row

RANGE = (32768, 60999)
OWNER = Owner("host:abc", "machine")
HERE, THERE = Space(1, 1, "host"), Space(2, 2, "2")
LOCAL, REMOTE = (packed("10.0.0.1"), 40000), (packed("10.0.0.2"), 40001)
OPEN = row(1, state=sockdiag.ESTABLISHED, acked=500, sent=900)  # tells nothing by itself


def listening(ip, port, protocol="tcp"):
    return Listening(OWNER, 7, protocol, packed(ip), port)


@pytest.fixture
def listeners():
    return Listeners(RANGE)


def unacknowledged(one):
    return (*one[:9], 3, *one[10:])


OPEN = unacknowledged(OPEN)


@pytest.mark.parametrize("ip", ["10.0.0.1", "0.0.0.0", "::"])
def test_the_end_on_a_listened_port_was_dialled(listeners, ip):
    listeners.update(HERE, [listening(ip, 40000)], 0)
    assert not listeners.dialled(HERE, LOCAL, THERE, REMOTE, OPEN)
    assert listeners.dialled(THERE, REMOTE, HERE, LOCAL, OPEN)


def test_listening_elsewhere_is_not_listening_here(listeners):
    listeners.update(HERE, [listening("10.0.0.9", 40000)], 0)
    assert listeners.at(HERE, "tcp", LOCAL) is None
    assert listeners.at(THERE, "tcp", (packed("10.0.0.9"), 40000)) is None
    assert listeners.at(HERE, "udp", (packed("10.0.0.9"), 40000)) is None
    assert listeners.at(None, "tcp", LOCAL) is None
    assert listeners.at(HERE, "tcp", (packed("10.0.0.9"), 40000)).inode == 7


def test_ipv6_any_takes_ipv6(listeners):
    listeners.update(HERE, [listening("::", 443)], 0)
    assert listeners.at(HERE, "tcp", (packed("2001:db8::1"), 443))


@pytest.mark.parametrize(
    ("counts", "state", "dialled"),
    [
        ({"acked": 1}, sockdiag.ESTABLISHED, True),
        ({"acked": 101, "sent": 100}, sockdiag.ESTABLISHED, True),
        ({"acked": 100, "sent": 100}, sockdiag.ESTABLISHED, False),
        ({"acked": 100, "sent": 140, "resent": 40}, sockdiag.CLOSE_WAIT, False),
        ({"received": 5}, sockdiag.ESTABLISHED, False),
        ({"acked": 102, "sent": 100, "received": 1}, sockdiag.CLOSE, True),
        ({"acked": 100, "sent": 100, "received": 1}, sockdiag.CLOSE, False),
        ({}, sockdiag.SYN_SENT, True),
        ({}, sockdiag.CLOSE, True),  # an attempt that was refused
    ],
)
def test_without_a_listener_the_syn_tells(listeners, counts, state, dialled):
    one = row(1, state=state, **counts)
    assert listeners.dialled(HERE, LOCAL, None, REMOTE, one) is dialled


def test_a_listener_that_is_gone_is_remembered_for_a_while(listeners):
    listeners.update(HERE, [listening("0.0.0.0", 40000)], 0)
    listeners.update(HERE, [], 1)
    assert not listeners.dialled(HERE, LOCAL, None, REMOTE, OPEN)
    assert listeners.dialled(THERE, REMOTE, HERE, LOCAL, OPEN)
    listeners.expire(10_000)
    assert listeners.dialled(HERE, LOCAL, None, REMOTE, OPEN)


@pytest.mark.parametrize(("local", "remote", "dialled"), [(40000, 80, True), (80, 40000, False)])
def test_in_the_end_the_range_of_client_ports_tells(listeners, local, remote, dialled):
    ends = (LOCAL[0], local), (REMOTE[0], remote)
    assert listeners.dialled(HERE, ends[0], None, ends[1], OPEN) is dialled


def test_a_space_that_is_gone_is_forgotten(listeners):
    listeners.update(HERE, [listening("0.0.0.0", 40000)], 0)
    listeners.forget(HERE)
    assert list(listeners.items()) == []
    assert listeners.dialled(HERE, LOCAL, None, REMOTE, OPEN)


def test_a_datagram_server_is_on_a_port_of_its_choice():
    assert is_datagram_server(Listener(bytes(4), 53, 1, 1, None), RANGE)
    assert not is_datagram_server(Listener(bytes(4), 40000, 1, 1, None), RANGE)
