"""Views of things: cut once, and mended as the world goes on."""

from __future__ import annotations

from promscope_api.graph.overlay import Overlay
from promscope_api.graph.things import ThingScene
from promscope_api.graph.views import VIEWS
from promscope_api.graph.world import compose, recompose
from tests.fleet.snapshots import (
    HOST_ID,
    change,
    cid,
    container,
    hello,
    inventory,
    link,
    record,
    snapshot,
)


def test_only_what_is_named_is_looked_at_again() -> None:
    snap = snapshot((), [container(1), container(2)], [link(cid(1), cid(2))])
    overlay = Overlay()
    overlay.connected(hello())
    overlay.inventory(HOST_ID, inventory(1, record(1), record(2)))
    world = compose(snap, overlay)
    scene = ThingScene(VIEWS["containers"], world)
    same = scene.cut.nodes[cid(2)]
    overlay.change(HOST_ID, change(2, 1, "paused"))
    world = recompose(world, overlay, {cid(1)})
    touched = scene.mend(world, {cid(1)})
    # `made` still has the node as it was
    assert not touched.nodes
    scene = ThingScene(VIEWS["containers"], world)
    assert scene.cut.nodes[cid(1)].state == "paused"
    assert scene.cut.nodes[cid(2)] == same


def test_a_container_takes_its_edges_and_peers_along() -> None:
    links = [link(cid(1), cid(2)), link(cid(1), "external:1.2.3.4", 443)]
    snap = snapshot((), [container(1), container(2)], links)
    overlay = Overlay()
    overlay.connected(hello())
    overlay.inventory(HOST_ID, inventory(1, record(1), record(2)))
    world = compose(snap, overlay)
    scene = ThingScene(VIEWS["containers"], world)
    assert "external:1.2.3.4" in scene.cut.nodes
    overlay.change(HOST_ID, change(2, 1, None))
    world = recompose(world, overlay, {cid(1)})
    touched = scene.mend(world, {cid(1)}, links)
    assert set(scene.cut.nodes) == {cid(2)}
    assert not scene.cut.edges
    assert touched.nodes == {cid(1), cid(2), "external:1.2.3.4"}
    assert len(touched.edges) == 2
