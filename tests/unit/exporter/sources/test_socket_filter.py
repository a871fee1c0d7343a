import contextlib
import socket

import pytest

from promscope_exporter.sources import netns
from promscope_exporter.sources.layout import Layouts
from promscope_exporter.sources.netlink import BUFFER_BYTES
from promscope_exporter.sources.sockdiag import SockDiag, describe
from promscope_exporter.sources.socket_filter import without_accepted
from tests.unit.exporter.namespaces import Pair, ip, name_of, namespace, needs_root

LOOPBACK = socket.inet_aton("127.0.0.1")
ANY = bytes(16)


def make():
    return SockDiag(bytearray(BUFFER_BYTES), Layouts(describe))


@pytest.fixture
def diag():
    made = make()
    yield made
    made.close()


class Service:
    """A listener and one connection to it."""

    def __init__(self, everything, listen, dial):
        six = socket.AF_INET6 if ":" in listen else socket.AF_INET
        server = everything.enter_context(
            socket.create_server((listen, 0), family=six, dualstack_ipv6=listen == "::")
        )
        self.port = server.getsockname()[1]
        self.client = everything.enter_context(socket.create_connection((dial, self.port)))
        everything.enter_context(server.accept()[0])
        self.dialled = (self.client.getsockname()[1], self.port)
        self.accepted = self.dialled[::-1]


@pytest.fixture
def services():
    with contextlib.ExitStack() as everything:
        yield [
            Service(everything, *one)
            for one in (("127.0.0.1", "127.0.0.1"), ("::", "127.0.0.1"), ("::", "::1"))
        ]


def seen(diag, services, *listeners):
    number = int.from_bytes
    wanted = {tuple_ for one in services for tuple_ in (one.dialled, one.accepted)}
    rows = diag.connections(without_accepted(listeners))
    return {(number(row[2], "big"), number(row[3], "big")) for row in rows} & wanted


def test_the_client_alone_of_each_connection_by_loopback(diag, services):
    four, mapped, six = services
    listeners = (LOOPBACK, four.port), (ANY, mapped.port), (ANY, six.port)
    assert seen(diag, services, *listeners) == {one.dialled for one in services}


@pytest.mark.parametrize("number", range(3))
def test_only_what_these_listeners_have_accepted(diag, services, number):
    one = services[number]
    address = LOOPBACK if number == 0 else ANY
    left = {tuple_ for each in services for tuple_ in (each.dialled, each.accepted)}
    assert seen(diag, services, (address, one.port)) == left - {one.accepted}


def test_a_listener_at_another_address_has_not_accepted_it(diag, services):
    elsewhere = socket.inet_aton("127.0.0.2"), services[0].port
    six = bytes(15) + b"\x02", services[2].port
    assert services[0].accepted in seen(diag, services, elsewhere, six)
    assert services[2].accepted in seen(diag, services, elsewhere, six)
    assert services[0].accepted not in seen(diag, services, elsewhere, (bytes(4), services[0].port))


@needs_root
def test_what_comes_from_another_address_is_left_in():
    with namespace() as path:
        ip("-n", name_of(path), "address", "add", "10.11.12.13/32", "dev", "lo")
        with Pair(path, listen="10.11.12.13") as pair:
            diag = netns.inside(path, make)
            try:
                assert len(diag.connections(without_accepted([(bytes(4), pair.port)]))) == 2
            finally:
                diag.close()


def test_many_listeners(diag, services):
    others = [(ANY, port) for port in range(1, 64)]
    assert services[0].accepted not in seen(diag, services, *others, (LOOPBACK, services[0].port))
