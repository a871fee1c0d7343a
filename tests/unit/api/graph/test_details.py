"""Everything known about one node, and what is not."""

from __future__ import annotations

from promscope_api.graph.details import details
from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Metrics
from tests.fleet.snapshots import (
    HOST,
    HOST_ID,
    change,
    cid,
    container,
    hello,
    host,
    inventory,
    link,
    process,
    record,
    snapshot,
)


def graph() -> Graph:
    made = Graph()
    made.take(
        snapshot(
            [host(sequence=1)],
            [
                container(1, image_tag="7", labels={"app": "shop"}, compose_project="p"),
                container(2),
                container(3, state="exited", metrics=Metrics()),
            ],
            [
                link(cid(1), cid(2), 5432, source_process="web", target_process="postgres"),
                link(HOST, cid(1), 80, source_process="curl", transmit=9000.0),
                link(cid(2), cid(1), 81, transmit=1.0),
                link(
                    cid(1), "external:203.0.113.9", 443, connections=0.0, transmit=0.0, receive=0.0
                ),
            ],
            [process(cid(1), "web"), process(cid(2), "postgres"), process(HOST, "curl")],
        )
    )
    return made


def test_container() -> None:
    found = details(graph(), cid(1))
    assert found is not None
    assert found.node.label == "c1"
    assert [(parent.id, parent.kind) for parent in found.parents] == [(HOST, "host")]
    assert [child.id for child in found.children] == [f"processes:{cid(1)}:web"]
    assert found.info["image_tag"] == "7"
    assert found.info["label.app"] == "shop"
    assert found.record is None


def test_connections_of_a_container_the_busiest_first() -> None:
    found = details(graph(), cid(1))
    assert found is not None
    assert [(one.node.id, one.port) for one in found.connections.incoming] == [
        (HOST, 80),
        (cid(2), 81),
    ]
    (out,) = found.connections.outgoing
    assert (out.node.id, out.process, out.peer_process) == (cid(2), "web", "postgres")
    assert found.connections.total == 3


def test_connections_of_a_process_group() -> None:
    found = details(graph(), f"processes:{cid(2)}:postgres")
    assert found is not None
    assert [one.node.id for one in found.connections.incoming] == [cid(1)]
    assert found.connections.outgoing == []
    assert [parent.id for parent in found.parents] == [cid(2), HOST]


def test_host_and_outside_peer() -> None:
    found = details(graph(), HOST)
    assert found is not None
    assert {child.kind for child in found.children} == {"container", "processes"}
    assert found.children_total == 4
    assert found.info["host_id"] == HOST_ID
    peer = details(graph(), "external:203.0.113.9")
    assert peer is not None
    assert peer.node.kind == "external"
    assert peer.not_measured == []


def test_unknown_node() -> None:
    assert details(graph(), cid(99)) is None
    assert details(graph(), "internet") is None


def test_what_is_not_measured_says_why() -> None:
    it = graph()
    running, exited = details(it, cid(1)), details(it, cid(3))
    assert running is not None
    assert exited is not None
    reasons = {item.field: item.reason for item in running.not_measured}
    assert "two of them" in reasons["network_receive"]
    assert "no tunnel" in reasons["record"]
    assert "cpu" not in reasons
    assert {item.reason for item in exited.not_measured if item.field == "cpu"} == {
        "the container is exited"
    }


def test_container_that_no_scrape_has_seen() -> None:
    it = graph()
    it.overlay.connected(hello())
    it.overlay.inventory(HOST_ID, inventory(1, record(1), record(2), record(3)))
    it.overlay.change(HOST_ID, change(2, 9))
    it.touch()
    found = details(it, cid(9))
    assert found is not None
    assert found.record == record(9)
    assert "no scrape has seen it" in found.not_measured[0].reason
    assert "record" not in {item.field for item in found.not_measured}


def test_host_that_is_down_is_the_reason() -> None:
    it = Graph()
    down = [host(up=False, down_reason="refused")]
    it.take(snapshot(down, [container(1, known=False, metrics=Metrics())]))
    for node in (HOST, cid(1)):
        found = details(it, node)
        assert found is not None
        assert found.not_measured[0].reason == "refused"
