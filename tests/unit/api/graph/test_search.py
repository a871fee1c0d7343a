"""Search: every entity, every field, the best first."""

from __future__ import annotations

import pytest

from promscope_api.graph.graph import Graph
from promscope_api.graph.search import Found
from promscope_api.graph.search import search as search_index
from promscope_api.query.parser import parse
from promscope_wire.frames import Mount, Network, Port
from tests.fleet.snapshots import (
    HOST_ID,
    cid,
    container,
    hello,
    host,
    inventory,
    link,
    process,
    record,
    snapshot,
)


def graph() -> Graph:
    made = Graph()
    made.take(
        snapshot(
            [host(sequence=1)],
            [
                container(1, name="redis", image="redis"),
                container(2, name="shop-redis-cache", image="redis", labels={"team": "payments"}),
                container(3, name="web", image="nginx", state="paused"),
            ],
            [link(cid(3), "external:203.0.113.9", 443)],
            [process(cid(1), "redis-server")],
        )
    )
    made.overlay.connected(hello())
    made.overlay.inventory(
        HOST_ID,
        inventory(
            1,
            record(1, name="redis"),
            record(2, name="shop-redis-cache"),
            record(
                3,
                "paused",
                name="web",
                labels={"com.example.owner": "Zoë"},
                environment={"API_MODE": "***"},
                ports=(Port(80, "tcp", "0.0.0.0", 8080),),
                mounts=(Mount("bind", "/srv/data", "/data"),),
                networks=(Network("front", ("172.20.0.7",)),),
            ),
        ),
    )
    made.touch()
    return made


def search(query: str, limit: int = 100) -> Found:
    return search_index(graph().index, query, parse(query), limit)


def test_the_name_itself_comes_first() -> None:
    found = search("redis")
    assert [hit.label for hit in found.hits[:2]] == ["redis", "redis-server"]
    assert found.hits[0].matched.field == "name"
    assert found.total == 3
    assert found.by_view == {"containers": 2, "processes": 1}


@pytest.mark.parametrize(
    ("query", "label", "field"),
    [
        ("payments", "shop-redis-cache", "label.team"),
        ("nginx", "web", "image"),
        ("zoë", "web", "label.com_example_owner"),
        ("api_mode", "web", "environment"),
        ("8080", "web", "port"),
        ("/srv/data", "web", "mount"),
        ("172.20.0.7", "web", "address"),
        ("front", "web", "network"),
        ("paused", "web", "state"),
        ("203.0.113", "203.0.113.9", "name"),
        ("box-aa", "box-aa", "name"),
        ("external", "203.0.113.9", "id"),
        (cid(3), "web", "id"),
        (f"{3:064x}", "web", "id"),
    ],
)
def test_every_field_is_found_and_named(query: str, label: str, field: str) -> None:
    hit = search(query).hits[0]
    assert (hit.label, hit.matched.field) == (label, field)


def test_every_word_must_match_in_whatever_field() -> None:
    assert [hit.label for hit in search("redis payments").hits] == ["shop-redis-cache"]
    assert search("redis nothing").total == 0


def test_case_does_not_matter_and_order_neither() -> None:
    assert search("CACHE Redis").hits == search("redis cache").hits


@pytest.mark.parametrize("query", ["", "   ", "\x1f"])
def test_nothing_asked_is_nothing_found(query: str) -> None:
    assert search(query).total == 0


def test_p1_filter_text_is_only_text() -> None:
    for query in ('x"} or up{a="', "{__name__}", "a" * 2_000, "\u202e"):
        assert search(query).total == 0


def test_limit_cuts_the_hits_and_not_the_count() -> None:
    found = search("redis", 1)
    assert len(found.hits) == 1
    assert found.total == 3


def test_long_values_are_cut() -> None:
    it = Graph()
    it.take(snapshot((), [container(1, name="x" * 5000)]))
    found = search_index(it.index, "xxx", parse("xxx"), 5)
    assert len(found.hits[0].matched.value) == 200
