"""The views: who is in them, and where the ends of a link are."""

from __future__ import annotations

import pytest

from promscope_api.graph.cut import Cut
from promscope_api.graph.overlay import Overlay
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.things import ThingScene
from promscope_api.graph.views import VIEWS
from promscope_api.graph.world import compose
from tests.fleet.snapshots import HOST, cid, container, host, link, process, snapshot

B = "00000000000000bb"


def view(name: str, snap: Snapshot) -> Cut:
    return ThingScene(VIEWS[name], compose(snap, Overlay())).cut


def fleet() -> Snapshot:
    return snapshot(
        [host(), host(B)],
        [container(1), container(2, host=f"host:{B}"), container(3, state="exited")],
        [
            link(cid(1), cid(2), 80, source_process="curl", target_process="nginx"),
            link(HOST, cid(1), 22, source_process="ssh"),
            link(cid(2), "external:203.0.113.9", 443, source_process="nginx"),
        ],
        [process(cid(1), "curl"), process(cid(2), "nginx", host=f"host:{B}"), process(HOST, "ssh")],
    )


def test_containers_view_has_all_containers_and_who_talks_with_them() -> None:
    shown = view("containers", fleet())
    assert set(shown.nodes) == {cid(1), cid(2), cid(3), HOST, "external:203.0.113.9"}
    assert shown.nodes[cid(3)].state == "exited"
    assert set(shown.edges) == {
        f"{cid(1)}>{cid(2)}:80/tcp",
        f"{HOST}>{cid(1)}:22/tcp",
        f"{cid(2)}>external:203.0.113.9:443/tcp",
    }


def test_hosts_view_joins_what_goes_between_hosts_and_leaves_out_what_stays_inside() -> None:
    shown = view("hosts", fleet())
    assert set(shown.nodes) == {HOST, f"host:{B}", "external:203.0.113.9"}
    assert set(shown.edges) == {
        f"{HOST}>host:{B}:80/tcp",
        f"host:{B}>external:203.0.113.9:443/tcp",
    }
    assert not shown.groups


def test_processes_view_ends_links_at_commands_and_falls_back_to_their_owner() -> None:
    shown = view("processes", fleet())
    curl, nginx = f"processes:{cid(1)}:curl", f"processes:{cid(2)}:nginx"
    assert {curl, nginx, f"processes:{HOST}:ssh", cid(1)} <= set(shown.nodes)
    assert f"{curl}>{nginx}:80/tcp" in shown.edges
    assert f"processes:{HOST}:ssh>{cid(1)}:22/tcp" in shown.edges
    assert shown.nodes[curl].parents == (cid(1), HOST)


def test_connections_are_counted_at_both_ends_and_unknown_without_numbers() -> None:
    shown = view("containers", fleet())
    assert shown.nodes[cid(1)].metrics.connections == 2
    assert shown.nodes[cid(3)].metrics.connections == 0
    unmeasured = snapshot((), [container(1)], [link(cid(1), "external:1.1.1.1", connections=None)])
    assert view("containers", unmeasured).nodes["external:1.1.1.1"].metrics.connections is None


def test_processes_of_a_container_that_is_gone_are_gone() -> None:
    snap = snapshot((), [], [], [process(cid(1), "curl")])
    assert not view("processes", snap).nodes


@pytest.mark.parametrize("name", list(VIEWS))
def test_views_declare_parents_that_are_views_and_columns(name: str) -> None:
    declared = VIEWS[name]
    assert set(declared.parents) <= set(VIEWS)
    assert declared.columns
    assert declared.label


def test_sums_of_grouped_edges_agree_with_the_links() -> None:
    snap = fleet()
    shown = view("containers", snap)
    sent = sum(
        edge.bytes_per_second.transmit for edge in shown.edges.values() if edge.bytes_per_second
    )
    assert sent == sum(one.transmit or 0 for one in snap.links)
