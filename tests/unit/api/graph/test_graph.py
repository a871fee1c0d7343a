"""The graph as a whole: freshness, the overview, and what is known of a probe."""

from __future__ import annotations

import pytest

from promscope_api.graph import graph as module
from promscope_api.graph.graph import LAYOUTS, Graph
from promscope_api.graph.model import Limits, Metrics
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
    shop,
    snapshot,
)


def test_before_the_first_answer_the_map_is_empty_and_says_why() -> None:
    graph = Graph(lambda: 50.0)
    overview = graph.overview()
    assert overview.taken_at is None
    assert overview.stale_since == 50.0
    assert "first answer" in (overview.stale_reason or "")
    assert [view.id for view in overview.views][:3] == ["hosts", "containers", "processes"]
    assert overview.summary.cpu_cores is None
    assert not graph.tried


def test_failing_keeps_the_last_snapshot_and_the_time_it_began() -> None:
    now = [100.0]
    graph = Graph(lambda: now[0])
    graph.take(shop())
    nodes = graph.view("containers").now.nodes
    graph.fail("away")
    now[0] = 200.0
    graph.fail("still away")
    view = graph.view("containers").now
    assert view.nodes == nodes
    assert (view.stale_since, view.stale_reason) == (100.0, "still away")
    graph.take(shop())
    assert graph.view("containers").now.stale_since is None


def test_views_follow_the_live_overlay() -> None:
    graph = Graph()
    graph.overlay.connected(hello())
    graph.overlay.inventory(HOST_ID, inventory(1))
    graph.overlay.change(HOST_ID, change(2, 7))
    graph.touch()
    assert [node.id for node in graph.view("containers").now.nodes] == [cid(7)]


def test_summary_counts_the_containers_view_and_the_hosts() -> None:
    graph = Graph()
    graph.take(
        snapshot(
            [host(metrics=Metrics(cpu=1.0, memory=10.0), cores=4.0, memory_total=100.0)],
            [container(1), container(2, state="paused")],
            [link(cid(1), cid(2))],
        )
    )
    summary = graph.overview().summary
    assert (summary.nodes, summary.unhealthy, summary.edges) == (2, 1, 1)
    assert (summary.cpu_cores_used, summary.cpu_cores) == (1.0, 4.0)
    assert (summary.memory_used, summary.memory_total) == (10.0, 100.0)
    assert summary.bytes_per_second == 300.0


def test_probe_with_and_without_a_tunnel() -> None:
    graph = Graph()
    graph.take(shop())
    (probe,) = graph.overview().probes
    assert (probe.up, probe.tunnel, probe.control) == (True, False, ())
    graph.overlay.connected(hello())
    graph.overlay.heartbeat(HOST_ID, -3.5)
    graph.touch()
    (probe,) = graph.overview().probes
    assert (probe.tunnel, probe.control, probe.skew_seconds) == (True, ("lifecycle",), -3.5)
    assert [item.capability for item in probe.degraded] == ["clock"]
    graph.overlay.lost(HOST_ID, graph.snapshot)
    graph.touch()
    (probe,) = graph.overview().probes
    assert (probe.tunnel, probe.control) == (False, ())


def test_probe_that_is_down_says_why() -> None:
    graph = Graph()
    graph.take(snapshot([host(up=False, down_reason="refused")]))
    (probe,) = graph.overview().probes
    assert not probe.up
    assert [(item.capability, item.reason) for item in probe.degraded] == [("scrape", "refused")]


def test_what_exists() -> None:
    graph = Graph()
    graph.take(snapshot((), [container(1, memory_limit=5.0)], [link(cid(1), "external:1.2.3.4")]))
    assert all(graph.exists(node) for node in (cid(1), HOST, "external:1.2.3.4"))
    assert not any(graph.exists(node) for node in (cid(2), "external:9.9.9.9", "internet"))
    assert graph.limits(cid(1)) == Limits(None, 5.0)
    assert graph.limits("nonsense") == Limits()


def test_unknown_view() -> None:
    with pytest.raises(KeyError):
        Graph().view("pods")


def test_hosts_that_left_are_told_once() -> None:
    it = Graph()
    assert it.take(snapshot([host(), host("00000000000000bb", hostname="two")])) == []
    assert [gone.hostname for gone in it.take(snapshot([host()]))] == ["two"]
    assert it.take(snapshot([host()])) == []


def test_last_contact_of_a_probe_is_a_scrape_or_a_heartbeat() -> None:
    it = Graph(wall_clock=lambda: 5000.0)
    it.take(snapshot([host(scraped_at=1000.0)]))
    assert [probe.last_contact for probe in it.overview().probes] == [1000.0]
    it.overlay.connected(hello())
    it.overlay.heartbeat(HOST_ID, 0.0)
    it.touch()
    assert [probe.last_contact for probe in it.overview().probes] == [5000.0]
    other = Graph()
    other.overlay.connected(hello())
    assert [probe.last_contact for probe in other.overview().probes] == [None]


def test_a_view_by_label_that_was_forgotten_comes_back_in_the_same_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TOPICS", 2)
    graph = Graph()
    graph.take(shop())
    by_project = "containers-by-label.compose_project"
    first = graph.view(by_project)
    places = dict(first.layout.places)
    assert places
    for number in range(5):
        graph.view(f"containers-by-label.other_{number}")
    again = graph.view(by_project)
    assert again is not first
    assert again.layout.places == places


def test_layouts_of_views_by_label_have_a_limit_and_those_of_views_stay() -> None:
    graph = Graph()
    hosts = graph.layout("hosts")
    for number in range(LAYOUTS + 10):
        graph.layout(f"containers-by-label.l{number}")
    assert len(graph.layouts()) == LAYOUTS
    assert graph.layout("hosts") is hosts


def test_the_index_is_made_ready_where_somebody_searches() -> None:
    now = [1000.0]
    it = Graph(wall_clock=lambda: now[0])
    it.take(shop())
    assert not list(it.prepare())
    before = it.index
    it.take(shop())
    assert list(it.prepare())
    assert it.index is not before
    now[0] += 3600.0
    it.take(shop())
    assert not list(it.prepare())
