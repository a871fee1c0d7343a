"""What a filter leaves of a view, while things come, go and change their minds."""

from __future__ import annotations

from promscope_api.graph.overlay import Overlay
from promscope_api.graph.part import PartScene
from promscope_api.graph.things import ThingScene
from promscope_api.graph.touched import Touched
from promscope_api.graph.views import VIEWS
from promscope_api.graph.world import compose
from tests.fleet.snapshots import HOST, cid, container, link, snapshot


def test_a_node_that_is_kept_now_brings_its_edges() -> None:
    links = [link(cid(1), cid(2)), link(cid(2), cid(3))]
    world = compose(snapshot((), [container(n) for n in (1, 2, 3)], links), Overlay())
    view = VIEWS["containers"]
    whole = ThingScene(view, world).cut
    part = PartScene(whole, {cid(1)}, world, view.group_by)
    assert (set(part.cut.nodes), part.cut.edges) == ({cid(1)}, {})
    assert part.cut.groups[f"group:{HOST}"].count == 1
    touched = part.mend(whole, world, Touched.of([cid(2)]), {cid(2)})
    assert set(part.cut.nodes) == {cid(1), cid(2)}
    assert [edge.source for edge in part.cut.edges.values()] == [cid(1)]
    assert part.cut.groups[f"group:{HOST}"].count == 2
    assert touched == Touched.of([cid(2)], part.cut.edges, [f"group:{HOST}"])
    part.mend(whole, world, Touched.of([cid(1), cid(2)]), set())
    assert part.cut == PartScene(whole, set(), world, view.group_by).cut
