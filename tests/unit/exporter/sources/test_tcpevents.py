import socket

import pytest

from promscope_exporter.sources import netns, sockdiag
from promscope_exporter.sources.tcpevents import TcpEvents
from tests.unit.exporter.namespaces import Pair, namespace, needs_root, until


@pytest.fixture
def events():
    made = TcpEvents()
    yield made
    made.close()


def ends(events, port, count):
    """What is told of the sockets of the connections to a port, by which end it is."""
    found = []

    def enough():
        found.extend(one for one in events.read() if port in _ports(one[1]))
        return len(found) >= count and found

    return until(enough)


def _ports(row):
    return int.from_bytes(row[2], "big"), int.from_bytes(row[3], "big")


def test_both_ends_are_told_with_their_final_counts(events):
    with Pair() as pair:
        pair.send(1000, 77)
    rows = [row for _, row in ends(events, pair.port, 2) if _ports(row)[1]]
    by_port = {_ports(row)[0] == pair.port: row for row in rows}
    client, server = by_port[False], by_port[True]
    assert client[1] == server[1] == sockdiag.CLOSE
    assert (client[14], server[14]) == (1000, 77)
    assert (client[13], server[13]) == (78, 1001)
    assert events.overruns == 0


def test_ipv6_is_told_too(events):
    with Pair(family=socket.AF_INET6, listen="::1") as pair:
        pair.send(5)
    assert all(row[0] == sockdiag.IPV6 for _, row in ends(events, pair.port, 2))


@needs_root
def test_other_namespaces_are_told_by_their_number(events):
    assert events.every_namespace
    numbers = netns.Nsids()
    try:
        with namespace() as path:
            number = numbers.of(path)
            with Pair(path) as pair:
                pair.send(10)
            told = ends(events, pair.port, 2)
            assert {nsid for nsid, _ in told} == {number}
    finally:
        numbers.close()
