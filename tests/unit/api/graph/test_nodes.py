"""How things look as nodes."""

from __future__ import annotations

import pytest

from promscope_api.graph import nodes
from promscope_api.graph.overlay import Overlay
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.world import World, compose
from tests.fleet.snapshots import (
    HOST,
    HOST_ID,
    cid,
    container,
    hello,
    host,
    inventory,
    process,
    record,
    snapshot,
)


def world(snap: Snapshot, overlay: Overlay | None = None) -> World:
    return compose(snap, overlay or Overlay())


def test_container() -> None:
    it = container(1, image_tag="7", compose_project="shop", started=0.0, created=86400.0)
    node = nodes.make(world(snapshot((), [it])), cid(1))
    assert (node.kind, node.label, node.sublabel) == ("container", "c1", "shop:7")
    assert node.parents == (HOST,)
    assert node.facts["host"] == "box-aa"
    assert node.facts["created"] == "1970-01-02T00:00:00+00:00"
    assert "started" not in node.facts
    assert "pod" not in node.facts


def test_host_counts_its_containers() -> None:
    one = nodes.make(world(snapshot((), [container(1)])), HOST)
    two = nodes.make(world(snapshot((), [container(1), container(2)])), HOST)
    assert (one.sublabel, two.sublabel) == ("1 container", "2 containers")


def test_process_group_says_whose_it_is() -> None:
    snap = snapshot((), [container(1, name="cache")], [], [process(cid(1), "redis")])
    node = nodes.make(world(snap), f"processes:{cid(1)}:redis")
    assert (node.label, node.sublabel, node.parents) == ("redis", "cache", (cid(1), HOST))


def down() -> Snapshot:
    return snapshot(
        [host(up=False, down_reason="the scrape failed")],
        [container(1, known=False)],
        [],
        [process(cid(1), "redis", known=False), process(HOST, "sshd", known=False)],
    )


def test_everything_on_a_host_that_is_down_is_unknown_and_says_why() -> None:
    it = world(down())
    for node in (HOST, cid(1), f"processes:{cid(1)}:redis", f"processes:{HOST}:sshd"):
        shown = nodes.make(it, node)
        assert (shown.status, shown.reasons) == ("unknown", ("the scrape failed",))


def test_host_that_only_its_tunnel_speaks_for_is_known() -> None:
    overlay = Overlay()
    overlay.connected(hello())
    overlay.inventory(HOST_ID, inventory(1, record(1)))
    it = world(down(), overlay)
    assert nodes.make(it, HOST).status == "healthy"
    assert nodes.make(it, cid(1)).status == "healthy"


@pytest.mark.parametrize(
    ("node", "kind", "label", "word"),
    [
        ("external:93.184.216.34", "external", "93.184.216.34", "public"),
        ("external:10.1.2.3", "external", "10.1.2.3", "private"),
        ("external:2001~3adb8~3a~3a1", "external", "2001:db8::1", "private"),
        ("internet", "internet", "internet", "many"),
        ("other:private", "other", "other private", "folded"),
        ("unknown:no-owner", "unknown", "no-owner", "not known"),
    ],
)
def test_peers_outside(node: str, kind: str, label: str, word: str) -> None:
    shown = nodes.outside(node)
    assert (shown.kind, shown.label) == (kind, label)
    assert word in shown.sublabel


@pytest.mark.parametrize("seconds", [None, 0.0, 1e300])
def test_times_that_are_none(seconds: float | None) -> None:
    assert nodes.moment(seconds) == ""


def test_peer_with_a_name_keeps_its_address() -> None:
    shown = nodes.outside("external:93.184.216.34", {"93.184.216.34": "example.org"})
    assert (shown.label, shown.id) == ("example.org", "external:93.184.216.34")
    assert shown.facts == {"address": "93.184.216.34", "dns": "example.org"}
    assert nodes.outside("external:office").sublabel == "named network"
