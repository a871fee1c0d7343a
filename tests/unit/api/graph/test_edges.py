"""Edges of a view: joined, folded, and silent ones left out."""

from __future__ import annotations

import pytest

from promscope_api.graph.edges import PUBLIC_PEERS, fold_outside, gather, is_silent, total
from promscope_api.graph.model import Rates, ServiceAddress
from promscope_api.graph.snapshot import Link
from tests.fleet.snapshots import cid, link


def as_is(one: Link) -> tuple[str, str]:
    return one.source, one.target


def test_links_of_one_port_become_one_edge() -> None:
    edges = gather(
        fold_outside(
            [
                link(cid(1), cid(2), source_process="a", failed=1.0, connects=None),
                link(cid(1), cid(2), source_process="b", connects=2.0),
                link(cid(1), cid(2), 81),
                link(cid(1), cid(2), protocol="udp"),
            ],
            as_is,
        )
    )
    edge = edges[f"{cid(1)}>{cid(2)}:80/tcp"]
    assert len(edges) == 3
    assert (edge.connections, edge.bytes_per_second) == (2, Rates(200, 400))
    assert (edge.connects_per_second, edge.failed_per_second) == (2, 1)
    assert edge.processes == ("a", "b")


def test_numbers_that_nobody_knows_stay_unknown() -> None:
    unknown = link(cid(1), cid(2), connections=None, transmit=None, receive=None)
    (edge,) = gather(fold_outside([unknown], as_is)).values()
    assert edge.connections is None
    assert edge.bytes_per_second is None
    assert total([]) is None
    assert total([None, 2.0]) == 2.0


def test_address_that_was_dialled_is_shown() -> None:
    one = link(cid(1), cid(2), service_ip="10.0.0.1", service_port=8080)
    (edge,) = gather(fold_outside([one], as_is)).values()
    assert edge.service == ServiceAddress("10.0.0.1", 8080)


def test_silent_links_are_left_out_and_new_ones_are_not() -> None:
    silent = link(cid(1), cid(2), connections=0.0, transmit=0.0, receive=0.0)
    newborn = link(cid(1), cid(2), connections=0.0, transmit=None, receive=None)
    short = link(cid(1), cid(2), connections=0.0, transmit=0.0, receive=0.0, connects=0.1)
    remembered = link(cid(1), cid(2), connections=None, transmit=None, receive=None)
    assert [is_silent(one) for one in (silent, newborn, short, remembered)] == [
        True,
        False,
        False,
        False,
    ]
    assert fold_outside([silent], as_is) == []


def test_what_stays_inside_a_node_is_no_edge() -> None:
    assert fold_outside([link(cid(1), cid(1))], as_is) == []


def test_smallest_public_peers_become_the_internet() -> None:
    public = [
        link(cid(1), f"external:93.184.{n // 250}.{n % 250 + 1}", 443, transmit=float(n))
        for n in range(PUBLIC_PEERS + 20)
    ]
    private = [link(cid(1), f"external:10.0.0.{n + 1}", 443) for n in range(PUBLIC_PEERS + 5)]
    edges = gather(fold_outside([*public, *private], as_is))
    targets = {edge.target for edge in edges.values()}
    assert sum(target.startswith("external:93.") for target in targets) == PUBLIC_PEERS
    assert sum(target.startswith("external:10.") for target in targets) == PUBLIC_PEERS + 5
    folded = edges[f"{cid(1)}>internet:443/tcp"]
    assert folded.connections == 20
    assert "external:93.184.0.1" not in targets
    inward = fold_outside([link(peer.target, cid(1)) for peer in public], as_is)
    assert "internet" in {source for source, _, _ in inward}


@pytest.mark.parametrize("missing", [(), ("transmit",), ("transmit", "receive"), ("connections",)])
def test_edge_of_one_link_says_what_that_of_several_says(missing: tuple[str, ...]) -> None:
    fields = {"service_ip": "10.0.0.9", "service_port": 80, "connects": 2.0, "source_process": "a"}
    one = link(cid(1), cid(2), **(fields | dict.fromkeys(missing)))
    nothing = link(
        cid(1), cid(2), connections=None, transmit=None, receive=None, source_process="a"
    )
    (alone,) = gather(fold_outside([one], as_is)).values()
    (among,) = gather(fold_outside([one, nothing], as_is)).values()
    assert alone == among
