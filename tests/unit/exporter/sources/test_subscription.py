import errno
import struct
import time

import pytest

from promscope_exporter.sources import netlink, netns
from promscope_exporter.sources.subscription import Subscription
from tests.unit.exporter.namespaces import Pair, namespace, needs_root, until

TCP_DESTROY = (1,)


@needs_root
def test_what_is_not_read_in_time_is_noticed():
    with namespace() as path:  # nobody else's connections come between there
        events = netns.inside(
            path, lambda: Subscription(netlink.SOCK_DIAG, TCP_DESTROY, receive_bytes=4096)
        )
        try:
            for _ in range(50):
                with Pair(path):
                    pass
            until(lambda: events.read() is not None and events.overruns)
            until(lambda: _heard(events, path))  # late news of the first ones may crowd it out
        finally:
            events.close()


def _heard(events, path):
    events.read()
    with Pair(path) as pair:
        port = pair.port.to_bytes(2, "big")
    time.sleep(0.05)
    return any(port in bytes(data) for _, data in events.read())


def test_a_program_that_lets_nothing_pass_lets_nothing_pass():
    everything = Subscription(netlink.SOCK_DIAG, TCP_DESTROY)
    nothing = Subscription(netlink.SOCK_DIAG, TCP_DESTROY, only=((0x06, 0, 0, 0),))
    try:
        with Pair():
            pass
        until(everything.read)
        assert nothing.read() == []
        assert nothing.overruns == 0
    finally:
        everything.close()
        nothing.close()


def test_a_group_that_does_not_exist_raises():
    with pytest.raises(OSError, match=r"\[Errno"):
        Subscription(netlink.SOCK_DIAG, (4000,))


def test_an_unexpected_error_is_raised():
    events = Subscription(netlink.SOCK_DIAG, TCP_DESTROY)
    events.close()
    with pytest.raises(OSError, match="Bad file") as caught:
        events.read()
    assert caught.value.errno == errno.EBADF


def test_the_own_namespace_has_no_number():
    events = Subscription(netlink.SOCK_DIAG, TCP_DESTROY, every_namespace=True)
    try:
        with Pair() as pair:
            port = pair.port.to_bytes(2, "big")
        told = until(lambda: [nsid for nsid, data in events.read() if port in bytes(data)])
        assert set(told) == {None}
    finally:
        events.close()


def test_a_message_begins_with_its_length():
    events = Subscription(netlink.SOCK_DIAG, TCP_DESTROY)
    try:
        with Pair():
            pass
        for _, data in until(events.read):
            assert struct.unpack_from("=I", data)[0] == len(data)
    finally:
        events.close()
