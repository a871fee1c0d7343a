"""Resolved edges as gauges: replicas summed, bounded, absent while the map is stale."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from promscope_api.graph.edge_gauges import MAX_EDGES, EdgeGauges
from promscope_api.graph.graph import Graph
from promscope_api.graph.snapshot import Snapshot
from tests.fleet.snapshots import HOST_ID, cid, container, host, link, snapshot

WEB, DB = f"compose:{HOST_ID}:shop:web", f"compose:{HOST_ID}:shop:db"
LABELS = ("source", "target", "port", "protocol")
PREFIX = "promscope_topology_edge"


def scrape(given: Snapshot, *, stale: bool = False) -> dict[str, dict[tuple[str, ...], float]]:
    """Family → (source, target, port, protocol) → value, through the text format."""
    graph = Graph()
    graph.take(given)
    if stale:
        graph.fail("away")
    gauges = EdgeGauges()
    gauges.graph = graph
    registry = CollectorRegistry()
    registry.register(gauges)
    text = generate_latest(registry).decode()
    return {
        family.name: {
            tuple(sample.labels[name] for name in LABELS if sample.labels): sample.value
            for sample in family.samples
        }
        for family in text_string_to_metric_families(text)
    }


def shop() -> Snapshot:
    def one(number: int, service: str) -> object:
        return container(number, compose_project="shop", compose_service=service)

    links = [
        link(cid(1), cid(9), 5432), link(cid(2), cid(9), 5432), link(cid(1), cid(2), 80),
        link(cid(9), "external:93.184.216.34", 443, transmit=None, receive=None),
        link(cid(2), cid(9), 6000, connections=0.0, transmit=0.0, receive=0.0),
    ]  # fmt: skip
    return snapshot([host()], [one(1, "web"), one(2, "web"), one(9, "db")], links)  # type: ignore[list-item]


def test_edges_between_services_are_summed_over_replicas() -> None:
    found = scrape(shop())
    assert found[f"{PREFIX}_bytes_per_second"] == {(WEB, DB, "5432", "tcp"): 600.0}
    assert found[f"{PREFIX}_connections"] == {
        (WEB, DB, "5432", "tcp"): 2.0,
        (DB, "external:93.184.216.34", "443", "tcp"): 1.0,
    }
    assert found[f"{PREFIX}s_dropped"] == {(): 0.0}


def test_stale_map_exports_no_edges() -> None:
    assert scrape(shop(), stale=True)[f"{PREFIX}_connections"] == {}


def test_number_of_edges_is_bounded_and_the_busiest_stay() -> None:
    links = [
        link(cid(1), cid(2), port, transmit=float(port), receive=0.0)
        for port in range(1, MAX_EDGES + 4)
    ]
    found = scrape(snapshot([host()], [container(1), container(2)], links))
    ports = {int(key[2]) for key in found[f"{PREFIX}_connections"]}
    assert ports == set(range(4, MAX_EDGES + 4))
    assert found[f"{PREFIX}s_dropped"] == {(): 3.0}
