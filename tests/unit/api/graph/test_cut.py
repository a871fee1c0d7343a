"""What a filter leaves of a view."""

from __future__ import annotations

from promscope_api.graph.cut import Cut
from promscope_api.graph.graph import Graph
from promscope_api.graph.views import VIEWS
from promscope_api.query.parser import parse
from tests.fleet.snapshots import cid, container, link, snapshot


def graph() -> Graph:
    made = Graph()
    made.take(
        snapshot(
            (),
            [
                container(1, compose_project="shop", compose_service="web"),
                container(2, compose_project="shop", compose_service="db"),
                container(3, compose_project="bank", compose_service="db", state="paused"),
            ],
            [link(cid(1), cid(2)), link(cid(2), cid(3)), link(cid(1), "external:1.1.1.1")],
        )
    )
    return made


def test_edges_between_what_remains_are_kept_and_no_others() -> None:
    shown = graph().cut(VIEWS["containers"], str(parse("project = shop")))
    assert set(shown.nodes) == {cid(1), cid(2)}
    assert [(edge.source, edge.target) for edge in shown.edges.values()] == [(cid(1), cid(2))]


def test_groups_hold_what_remains() -> None:
    shown = graph().cut(VIEWS["containers"], str(parse("NOT name:c1 kind:container")))
    counts = {group.label: group.count for group in shown.groups.values()}
    assert counts["shop"] == 1
    assert {node.group for node in shown.nodes.values()} <= set(shown.groups)


def test_numbers_of_what_remains_are_those_of_the_whole() -> None:
    whole = graph().cut(VIEWS["containers"])
    shown = graph().cut(VIEWS["containers"], str(parse("name = c2")))
    assert shown.nodes[cid(2)] == whole.nodes[cid(2)]
    assert shown.nodes[cid(2)].metrics.connections == 2.0


def test_a_summed_up_view_is_filtered_by_what_it_sums_up() -> None:
    shown = graph().cut(VIEWS["containers-by-image"], str(parse("project = shop")))
    (node,) = shown.nodes.values()
    assert node.facts["members"] == "2"


def test_nothing_remains() -> None:
    shown = graph().cut(VIEWS["containers"], str(parse("nothing-like-it")))
    assert shown == Cut({}, {}, {})
