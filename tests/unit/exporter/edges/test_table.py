import pytest

from promscope_exporter.edges.table import (
    LINGER,
    Table,
    fold_edge,
    fold_inbound,
    fold_peer,
)
from promscope_wire import ids

SOURCE = ("container:4f1c2a9b7d3e", "web")


def edge(number, process="curl"):
    return (*SOURCE, process, f"10.0.{number >> 8}.{number & 255}", "80", "tcp", None, None)


@pytest.fixture
def folds():
    return []


@pytest.fixture
def table(folds):
    return Table(3, fold_edge, lambda: folds.append(1))


def test_one_key_is_one_row(table):
    assert table.at(edge(1), 0) is table.at(edge(1), 5)
    assert table.at(edge(1), 5).used == 5


def test_above_the_limit_everything_of_a_source_is_one_row(table, folds):
    kept = [table.at(edge(number), 0) for number in range(3)]
    folded = {id(table.at(edge(number), 0)) for number in range(3, 1000)}
    assert len(folded) == 1
    assert len(table) == 4
    assert len(folds) == 997
    assert [table.at(edge(number), 0) for number in range(3)] == kept
    keys = [key for key, _ in table.items()]
    assert keys[-1] == (*SOURCE, "other", "other:private", "0", "tcp", None, None)


def test_what_is_folded_is_told_by_protocol_and_kind_of_peer(table):
    for number in range(3):
        table.at(edge(number), 0)
    table.at((*SOURCE, "curl", "8.8.8.8", "53", "udp", None, None), 0)
    table.at((*SOURCE, "curl", "2001:4860::8888", "53", "tcp", "8.8.4.4", "53"), 0)
    folded = [(key[3], key[5]) for key, _ in table.items()][3:]
    assert folded == [("other:public", "udp"), ("other:public", "tcp")]


def test_an_edge_stays_after_its_last_connection_and_then_makes_room(table):
    for number in range(3):
        table.at(edge(number), 0)
    table.at(edge(0), 0).connections = 1
    assert table.expire(LINGER) == []
    assert table.expire(LINGER + 1) == [edge(1), edge(2)]
    assert len(table) == 1
    table.at(edge(7), 0)
    table.at(edge(8), 0)
    assert table.at(edge(9), 0) is not table.at(edge(7), 0)
    assert len(table) == 4


def test_an_edge_with_open_connections_counts_its_time_from_their_end(table):
    row = table.at(edge(1), 0)
    row.connections = 1
    table.expire(10_000)
    row.connections = 0
    assert table.expire(10_000 + LINGER) == []
    assert table.expire(10_001 + LINGER) == [edge(1)]


def test_inbound_peers_are_folded_per_listening_port():
    key = ("host:abc", "machine", "nginx", "443", "tcp", "203.0.113.5")
    assert fold_inbound(key) == ("host:abc", "machine", "nginx", "443", "tcp", "other:private")
    assert fold_inbound((*key[:5], "8.8.8.8"))[5] == "other:public"


@pytest.mark.parametrize(
    ("peer", "folded"),
    [
        ("10.1.2.3", "other:private"),
        ("127.0.0.1", "other:private"),
        ("100.64.0.1", "other:private"),
        ("fe80::1", "other:private"),
        ("fd00::1", "other:private"),
        ("8.8.8.8", "other:public"),
        ("2001:4860:4860::8888", "other:public"),
        ("other:public", "other:public"),
    ],
)
def test_every_folded_peer_is_a_node_id(peer, folded):
    assert fold_peer(peer) == folded
    assert str(ids.parse(folded)) == folded


def test_folding_twice_changes_nothing():
    assert fold_edge(fold_edge(edge(1))) == fold_edge(edge(1))
