"""Ways up and down lead to what they say."""

from __future__ import annotations

import pytest

from promscope_api.graph.drill import drills, views_of
from promscope_api.graph.graph import Graph
from promscope_api.graph.views import VIEWS, find
from promscope_api.query.parser import parse
from tests.fleet.snapshots import HOST, cid, container, link, process, snapshot

VIEW_IDS = [*VIEWS, "containers-by-label.app"]


def graph() -> Graph:
    made = Graph()
    fields = {"image": "redis", "image_tag": "7", "image_id": "sha256:" + "ab" * 32}
    made.take(
        snapshot(
            (),
            [
                container(1, **fields, compose_project='sh"op', compose_service="a b"),
                container(2, **fields, labels={"app": "x\\y"}),
            ],
            [link(cid(1), "external:1.1.1.1"), link(HOST, cid(1))],
            [process(cid(1), 'ngi"nx'), process(cid(2), "sh"), process(HOST, "sshd")],
        )
    )
    return made


@pytest.mark.parametrize("view", VIEW_IDS)
def test_every_way_leads_to_a_view_with_something_in_it(view: str) -> None:
    made = graph()
    declared = find(view)
    assert declared is not None
    for node in made.cut(declared).nodes.values():
        for way in drills(node):
            target = find(way.view)
            assert target is not None
            assert made.cut(target, str(parse(way.filter))).nodes, (node.id, way)


@pytest.mark.parametrize("view", VIEW_IDS)
def test_a_node_is_found_again_in_the_views_of_its_id(view: str) -> None:
    made = graph()
    declared = find(view)
    assert declared is not None
    for node in made.cut(declared).nodes:
        homes = [find(name) for name in views_of(node)]
        if not node.startswith("unknown:"):
            assert any(home and node in made.cut(home).nodes for home in homes), node


def test_down_from_an_image_are_its_containers() -> None:
    made = graph()
    (image,) = made.cut(VIEWS["containers-by-image"]).nodes.keys() - {HOST, "external:1.1.1.1"}
    (way,) = drills(made.cut(VIEWS["containers-by-image"]).nodes[image])
    shown = made.cut(VIEWS[way.view], str(parse(way.filter)))
    assert set(shown.nodes) == {cid(1), cid(2)}
