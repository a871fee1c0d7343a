"""What the tracker remembers of datagram sockets, without a kernel that takes part."""

import pytest

from promscope_exporter.edges.spaces import Space
from promscope_exporter.edges.tracker import Tracker
from promscope_exporter.sources.sockdiag import Listener
from promscope_exporter.sources.socket_filter import without_accepted
from tests.unit.exporter.fakes import Tree, context


class Sockets:
    def __init__(self):
        self.bound = []
        self.waiting = []
        self.asked = []

    def listeners(self):
        return self.waiting

    def connections(self, only=b""):
        self.asked.append(only)
        return []

    def datagram(self):
        return [Listener(bytes(4), port, port, inode, None, True) for port, inode in self.bound]


@pytest.fixture
def tracker(tmp_path):
    proc = Tree(tmp_path / "proc")
    (proc.root / "1/ns").mkdir(parents=True)
    (proc.root / "1/ns/net").symlink_to("/proc/self/ns/net")
    made = Tracker(context(tmp_path))
    made._stop.set()
    yield made
    made.close()


def test_datagram_sockets_are_those_of_the_last_listing(tracker, monkeypatch):
    space = Space(7, 100, "7")
    space.sockets = Sockets()
    monkeypatch.setattr(tracker.spaces, "in_use", lambda space: (0, len(space.sockets.bound)))
    space.sockets.bound = [(5000, 1), (5001, 2)]
    tracker._listen(space, 0.0)
    space.sockets.bound = [(5001, 3)]
    tracker._listen(space, 15.0)
    assert tracker._datagram_sockets == {space: {5001: (3, None)}}
    monkeypatch.setattr(tracker.spaces, "sync", lambda containers, now: [space])
    tracker._sync(30.0)
    assert tracker._datagram_sockets == {}


def listening(tracker, monkeypatch, sockets, *addresses):
    """A space in which so many TCP sockets are, some of which listen at `addresses`."""
    space = Space(7, 100, "7")
    space.sockets = Sockets()
    space.sockets.waiting = [
        Listener(ip, port, port, port, None) for port, ip in enumerate(addresses, 80)
    ]
    monkeypatch.setattr(tracker.spaces, "in_use", lambda _: (sockets, 0))
    assert tracker._listen(space, 0.0)
    tracker._poll(space, 0.0)
    return space.sockets.asked


def test_where_many_connections_are_those_by_loopback_are_told_by_their_clients(
    tracker, monkeypatch
):
    any_, loopback, other = bytes(4), bytes((127, 0, 0, 1)), bytes((10, 0, 0, 1))
    few = listening(tracker, monkeypatch, 50, any_)
    assert few == [b""]
    many = listening(tracker, monkeypatch, 5000, any_, loopback, other)
    assert many == [without_accepted([(any_, 80), (loopback, 81)])]


def test_nothing_is_left_out_where_nobody_or_a_crowd_listens(tracker, monkeypatch):
    assert listening(tracker, monkeypatch, 5000) == [b""]
    assert listening(tracker, monkeypatch, 5000, *[bytes(4)] * 65) == [b""]
