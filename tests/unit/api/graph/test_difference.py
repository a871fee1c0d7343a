"""Two moments compared: what is new, gone, changed, and what nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from promscope_api.graph.difference import KINDS, Changes, Kind, difference
from promscope_api.graph.graph import Graph
from promscope_api.graph.snapshot import Snapshot
from tests.fleet.snapshots import HOST, cid, container, host, link, shop, snapshot

OTHER = "00000000000000bb"


def graph(given: Snapshot) -> Graph:
    made = Graph()
    made.take(given)
    return made


def compared(before: Snapshot, after: Snapshot, kind: Kind) -> Changes:
    (found,) = difference(graph(before), graph(after), (kind,)).kinds
    assert found.kind == kind
    return found


def web(number: int, **fields: Any) -> Any:
    fields = {"compose_project": "shop", "compose_service": "web", "image_tag": "1"} | fields
    return container(number, **fields)


@pytest.mark.parametrize("kind", KINDS)
def test_same_moment_does_not_differ(kind: Kind) -> None:
    found = compared(shop(), shop(), kind)
    assert found.totals == {"added": 0, "removed": 0, "changed": 0, "unknown": 0}


def test_services_come_go_and_change() -> None:
    before = snapshot([host()], [web(1), container(2, compose_project="a", compose_service="old")])
    after = snapshot(
        [host()],
        [web(1, image_tag="2"), web(3, image_tag="2"),
         container(4, compose_project="a", compose_service="new")],
    )  # fmt: skip
    found = compared(before, after, "services")
    assert [thing.label for thing in found.added] == ["a/new"]
    assert [thing.label for thing in found.removed] == ["a/old"]
    (changed,) = found.changed
    assert changed.label == "shop/web"
    assert changed.before == {"containers": "1", "images": "shop:1", "running": "1"}
    assert changed.after == {"containers": "2", "images": "shop:2", "running": "2"}


def test_numbers_alone_are_no_change() -> None:
    before, after = snapshot([host()], [web(1)]), snapshot([host()], [web(1, throttled=0.5)])
    for kind in KINDS:
        assert compared(before, after, kind).totals["changed"] == 0


def test_images_and_containers() -> None:
    before = snapshot([host()], [web(1), container(2, image="redis")])
    after = snapshot([host()], [web(1, state="exited"), container(3, image="nginx")])
    images = compared(before, after, "images")
    assert [thing.id for thing in images.added] == ["nginx"]
    assert [thing.id for thing in images.removed] == ["redis"]
    assert images.changed[0].after == {"running": "0"}
    containers = compared(before, after, "containers")
    assert [thing.id for thing in containers.added] == [cid(3)]
    assert [thing.id for thing in containers.removed] == [cid(2)]
    assert containers.changed[0].before == {"running": "1", "state": "running"}


def test_new_edge_between_services_whatever_the_replica() -> None:
    db = container(9, compose_project="shop", compose_service="db")
    outside = "external:93.184.216.34"
    before = snapshot([host()], [web(1), web(2), db], [link(cid(1), cid(9), 5432)])
    after = snapshot(
        [host()], [web(1), web(2), db], [link(cid(2), cid(9), 5432), link(cid(1), outside, 443)]
    )
    found = compared(before, after, "edges")
    assert [thing.label for thing in found.added] == ["shop/web → 93.184.216.34:443"]
    assert found.removed == []


@pytest.mark.parametrize("silent_at", ["before", "after"])
def test_what_a_silent_probe_had_is_unknown_and_not_removed(silent_at: str) -> None:
    there = f"host:{OTHER}"
    both = [host(), host(OTHER)]
    full = snapshot(both, [web(1), container(2, host=there)])
    down = snapshot([host(), host(OTHER, up=False, down_reason="away")], [web(1)])
    before, after = (down, full) if silent_at == "before" else (full, down)
    found = difference(graph(before), graph(after), ("containers",))
    assert found.hosts_unknown == [there]
    (containers,) = found.kinds
    assert containers.totals == {"added": 0, "removed": 0, "changed": 0, "unknown": 1}
    assert [thing.id for thing in containers.unknown] == [cid(2)]


def test_host_that_is_not_remembered_any_more_was_removed() -> None:
    there = f"host:{OTHER}"
    before = snapshot([host(), host(OTHER)], [container(2, host=there), container(1, host=HOST)])
    found = compared(before, snapshot([host()], [container(1)]), "containers")
    assert [thing.id for thing in found.removed] == [cid(2)]
