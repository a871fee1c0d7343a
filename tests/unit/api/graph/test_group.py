"""Bubbles: hosts, compose projects, compose services, containers."""

from __future__ import annotations

from promscope_api.graph.overlay import Overlay
from promscope_api.graph.things import ThingScene
from promscope_api.graph.views import VIEWS
from promscope_api.graph.world import compose
from tests.fleet.snapshots import HOST, HOST_ID, cid, container, host, process, snapshot

B = "00000000000000bb"


def test_compose_containers_are_in_their_service_in_their_project() -> None:
    web = {"compose_project": "shop", "compose_service": "web"}
    snap = snapshot((), [container(1, **web), container(2, **web), container(3)])
    shown = ThingScene(VIEWS["containers"], compose(snap, Overlay())).cut
    service, project = f"group:compose:{HOST_ID}:shop:web", f"group:project:{HOST_ID}:shop"
    assert shown.nodes[cid(1)].group == service
    assert (shown.groups[service].parent, shown.groups[service].kind) == (project, "service")
    assert (shown.groups[project].parent, shown.groups[project].count) == (None, 2)
    assert shown.nodes[cid(3)].group == f"group:{HOST}"
    assert shown.groups[f"group:{HOST}"].label == "box-aa"


def test_project_without_a_service_name_still_groups() -> None:
    snap = snapshot((), [container(1, compose_project="shop")])
    shown = ThingScene(VIEWS["containers"], compose(snap, Overlay())).cut
    assert shown.nodes[cid(1)].group == f"group:project:{HOST_ID}:shop"


def test_same_project_on_two_hosts_is_told_apart() -> None:
    snap = snapshot(
        [host(), host(B)],
        [
            container(1, compose_project="shop", compose_service="web"),
            container(2, compose_project="shop", compose_service="web", host=f"host:{B}"),
        ],
    )
    shown = ThingScene(VIEWS["containers"], compose(snap, Overlay())).cut
    labels = {group.label for group in shown.groups.values() if group.kind == "project"}
    assert labels == {"shop @ box-aa", "shop @ box-bb"}


def test_status_of_a_bubble_is_its_worst() -> None:
    snap = snapshot((), [container(1), container(2, state="paused"), container(3, state="dead")])
    shown = ThingScene(VIEWS["containers"], compose(snap, Overlay())).cut
    assert shown.groups[f"group:{HOST}"].status == "critical"


def test_processes_are_in_their_container_on_their_host() -> None:
    snap = snapshot((), [container(1)], [], [process(cid(1), "redis"), process(HOST, "sshd")])
    shown = ThingScene(VIEWS["processes"], compose(snap, Overlay())).cut
    inner = shown.nodes[f"processes:{cid(1)}:redis"].group
    assert inner == f"group:{cid(1)}"
    assert shown.groups[inner].parent == f"group:{HOST}"
    assert shown.nodes[f"processes:{HOST}:sshd"].group == f"group:{HOST}"


def test_odd_project_names_are_quoted_in_ids() -> None:
    snap = snapshot((), [container(1, compose_project="a b/c", compose_service="ü")])
    shown = ThingScene(VIEWS["containers"], compose(snap, Overlay())).cut
    assert f"group:project:{HOST_ID}:a~20b~2fc" in shown.groups
    assert {group.label for group in shown.groups.values()} == {"a b/c", "ü"}
