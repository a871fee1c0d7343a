import pytest

from promscope_exporter.activity import Activities
from promscope_exporter.edges.news import EdgeNews
from promscope_exporter.edges.spaces import Owner, Space
from promscope_exporter.edges.table import Counters
from promscope_exporter.sources.address import packed
from promscope_exporter.sources.conntrack import TCP, Flow
from promscope_wire.frames import EdgeState

HERE, INSIDE = Space(1, 1, "host"), Space(2, 100, "2")
WEB = Owner("container:4f1c2a9b7d3e", "web")
WEB_IP, DB_IP, GROUP = packed("172.18.0.2"), packed("172.18.0.3"), packed("224.0.0.251")
EDGE = EdgeState(WEB.node, "172.18.0.3", 5432, "tcp", True)
KEY = (WEB.node, "web", "python3", "172.18.0.3", "5432", "tcp", None, None)


def flow(source=WEB_IP, target=(DB_IP, 5432), server=(DB_IP, 5432)):
    client = (source, 40000)
    return Flow(TCP, client, target, server, client, 1, False, None, None, None, None)


class World:
    """web is the only container."""

    def __init__(self):
        self.activities = Activities()
        self.heard = []
        self.activities.listen(lambda edges, _, lost: self.heard.append((list(edges), lost)))
        self.news = EdgeNews(self.activities, self, HERE)

    def of_address(self, space, raw):
        return (INSIDE, WEB) if raw == WEB_IP else None

    def edges(self):
        heard, self.heard = self.heard, []
        return [(edge.peer_port, edge.open) for edges, _ in heard for edge in edges]


@pytest.fixture
def world():
    return World()


def row(connections, used=0.0):
    counters = Counters()
    counters.connections, counters.used = connections, used
    return counters


def test_a_flow_that_begins_opens_its_edge_once(world):
    world.news.began([flow(), flow()], 0, 1.0)
    world.news.began([flow()], 0, 1.1)
    assert world.heard == [([EDGE], 0)]


def test_both_peers_of_a_translated_flow_are_told(world):
    dialled = (packed("192.0.2.9"), 80)
    world.news.began([flow(target=dialled)], 0, 1.0)
    ((edge,), _) = world.heard[0]
    assert (edge.peer_ip, edge.peer_port) == ("172.18.0.3", 5432)
    assert (edge.service_ip, edge.service_port) == ("192.0.2.9", 80)


def test_what_is_not_from_here_or_to_nobody_is_no_edge(world):
    world.news.began([flow(source=DB_IP), flow(target=(GROUP, 5353))], 0, 1.0)
    assert world.edges() == []


def test_a_collection_tells_what_is_open_and_what_is_not(world):
    world.news.look([(KEY, row(2)), ((*KEY[:4], "80", *KEY[5:]), row(0))], 1.0, collected=True)
    assert world.edges() == [(5432, True)]
    world.news.look([(KEY, row(0, used=1.0))], 16.0, collected=True)
    assert world.edges() == [(5432, False)]


def test_an_edge_that_began_since_stays_open_until_its_end_is_known(world):
    world.news.look([], 1.0, collected=True)
    world.news.began([flow()], 0, 2.0)
    world.news.ended()
    world.news.look([], 4.0, collected=False)
    assert world.edges() == [(5432, True)]
    world.news.look([(KEY, row(0, used=5.0))], 6.0, collected=False)
    assert world.edges() == []  # nothing has ended
    world.news.ended()
    world.news.look([(KEY, row(0, used=5.0))], 6.0, collected=False)
    assert world.edges() == [(5432, False)]


def test_short_connections_one_after_the_other_are_an_edge_that_stays_open(world):
    for now in (1.0, 2.0, 3.0, 4.0):
        world.news.began([flow()], 0, now)
        world.news.ended()
        world.news.look([(KEY, row(0, used=now + 0.1))], now + 0.2, collected=False)
    assert world.edges() == [(5432, True)]
    world.news.look([(KEY, row(0, used=4.1))], 5.3, collected=False)
    assert world.edges() == [(5432, False)]


def test_a_loss_is_passed_on(world):
    world.news.began([], 12, 1.0)
    assert world.heard == [([], 12)]
