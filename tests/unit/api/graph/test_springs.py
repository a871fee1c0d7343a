"""Springs: each edge pulls where its two ends part ways."""

from __future__ import annotations

from promscope_api.graph.cut import Cut
from promscope_api.graph.edges import fold_outside, gather
from promscope_api.graph.springs import springs_of
from tests.fleet.snapshots import link


def springs(*pairs: tuple[str, str]) -> dict[str, dict[tuple[str, str], float]]:
    parents = {
        "a1": "service-a", "a2": "service-a", "b1": "service-b", "service-a": "shop",
        "service-b": "shop", "shop": "", "outside": "",
    }  # fmt: skip
    links = [link(a, b, 80 + n) for n, (a, b) in enumerate(pairs)]
    edges = gather(fold_outside(links, lambda one: (one.source, one.target)))
    return springs_of(Cut({}, edges, {}), parents)


def test_edge_pulls_at_the_level_of_its_ends() -> None:
    assert springs(("a1", "a2")) == {"service-a": {("a1", "a2"): 1.0}}
    assert springs(("b1", "a1")) == {"shop": {("service-a", "service-b"): 1.0}}
    assert springs(("a1", "outside")) == {"": {("outside", "shop"): 1.0}}


def test_edges_between_the_same_two_add_up() -> None:
    assert springs(("a1", "b1"), ("b1", "a2")) == {"shop": {("service-a", "service-b"): 2.0}}


def test_edge_between_a_thing_and_its_own_group_pulls_nothing() -> None:
    assert springs(("a1", "shop")) == {}
