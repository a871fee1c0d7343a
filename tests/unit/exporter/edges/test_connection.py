import pytest

from promscope_exporter.edges.connection import Connection, End, Socket, complete, look, payload
from promscope_exporter.edges.table import Counters
from promscope_exporter.sources import sockdiag
from tests.unit.exporter.edges.simulation import row

OPEN, CLOSE_WAIT, CLOSE = sockdiag.ESTABLISHED, sockdiag.CLOSE_WAIT, sockdiag.CLOSE


@pytest.mark.parametrize(
    ("dialled", "state", "counts", "expected"),
    [
        (True, OPEN, (1, 0, 0, 0), (0, 0)),  # the SYN
        (True, OPEN, (1001, 77, 1000, 0), (1000, 77)),
        (False, OPEN, (77, 1000, 77, 0), (77, 1000)),
        (True, OPEN, (501, 0, 1000, 0), (500, 0)),  # half of it is not acknowledged
        (True, OPEN, (1001, 0, 1400, 400), (1000, 0)),  # 400 were sent twice
        (False, CLOSE_WAIT, (0, 1001, 0, 0), (0, 1000)),  # the client's FIN
        (True, CLOSE, (1002, 78, 1000, 0), (1000, 77)),  # both FINs
        (False, CLOSE, (78, 1001, 77, 0), (77, 1000)),
        (True, CLOSE, (0, 0, 0, 0), (0, 0)),  # it never connected
    ],
)
def test_payload(dialled, state, counts, expected):
    acked, received, sent, resent = counts
    one = row(1, state=state, acked=acked, received=received, sent=sent, resent=resent)
    assert payload(dialled, one) == expected


def end(dialled, state=OPEN, alone=False):
    made = End(Socket("pair", dialled, alone, None))
    made.state = state
    return made


def test_the_clients_socket_says_whether_a_connection_is_open():
    connection = Connection("pair", 0, 0)
    connection.counters = counters = Counters()
    connection.server = end(False)
    look(connection)
    assert counters.connections == 1
    connection.client = end(True, sockdiag.LAST_ACK)
    look(connection)
    look(connection)
    assert counters.connections == 0
    connection.client.state = OPEN
    look(connection)
    assert counters.connections == 1
    connection.client.gone = 5.0
    look(connection)
    assert counters.connections == 0


def test_what_is_not_placed_counts_nowhere():
    look(None)
    look(Connection("pair", 0, 0))


def test_a_connection_is_complete_when_nothing_more_can_come():
    connection = Connection("pair", 0, 0)
    connection.client = end(True)
    assert not complete(connection)
    connection.server = end(False)
    assert complete(connection)
    connection.server = None
    connection.client = end(True, alone=True)
    assert complete(connection)
