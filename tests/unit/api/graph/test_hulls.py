"""The bubbles as drawn: tight around their contents, inside the place they hold."""

from __future__ import annotations

import math

from promscope_api.graph.cut import Cut
from promscope_api.graph.graph import Graph
from promscope_api.graph.hulls import Hulls
from promscope_api.graph.layout import Layout
from promscope_api.graph.places import Circle
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.views import VIEWS
from tests.fleet.snapshots import cid, container, shop, snapshot


def inside(inner: Circle, outer: Circle) -> bool:
    return math.hypot(inner[0] - outer[0], inner[1] - outer[1]) + inner[2] <= outer[2] + 1e-5


def cut_of(snap: Snapshot) -> Cut:
    graph = Graph()
    graph.take(snap)
    return graph.cut(VIEWS["containers"])


def shown(projects: int = 3) -> tuple[Cut, Layout]:
    view = cut_of(shop(projects=projects))
    layout = Layout()
    layout.settle(view)
    return view, layout


def test_bubbles_hold_their_contents_and_stay_in_their_place() -> None:
    view, layout = shown()
    drawn = Hulls().around(view, layout.places)
    assert drawn.keys() == view.groups.keys()
    for group, circle in drawn.items():
        assert inside(circle, layout.places[group].circle)
    for node in view.nodes.values():
        if node.group:
            assert inside(layout.places[node.id].circle, drawn[node.group])
    for group in view.groups.values():
        if group.parent:
            assert inside(drawn[group.id], drawn[group.parent])


def test_bubble_of_one_is_tight() -> None:
    one = container(1, compose_project="shop", compose_service="web")
    view = cut_of(snapshot((), [one]))
    layout = Layout()
    layout.settle(view)
    circle = Hulls().around(view, layout.places)[view.nodes[cid(1)].group or ""]
    assert circle[2] < 2 * layout.places[cid(1)].radius


def test_unchanged_bubbles_are_kept_and_gone_ones_forgotten() -> None:
    view, layout = shown()
    hulls = Hulls()
    first = hulls.around(view, layout.places)
    assert hulls.around(view, layout.places) == first
    smaller, _ = shown(projects=1)
    layout.settle(smaller)
    assert hulls.around(smaller, layout.places).keys() == smaller.groups.keys()
