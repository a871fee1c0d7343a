"""What the tracker remembers of datagram sockets, without a kernel that takes part."""

import pytest

from promscope_exporter.edges.spaces import Space
from promscope_exporter.edges.tracker import Tracker
from promscope_exporter.sources.sockdiag import Listener
from tests.unit.exporter.fakes import Tree, context


class Sockets:
    def __init__(self):
        self.bound = []

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
