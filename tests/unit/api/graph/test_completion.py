"""What may follow while a query is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_api.graph.completion import Completions, complete
from promscope_api.graph.graph import Graph
from promscope_api.query.parser import parse
from tests.fleet.snapshots import container, snapshot

GRAPH = Graph()
GRAPH.take(
    snapshot(
        (),
        [
            container(1, name="web one", image="redis", labels={"app": "shop"}),
            container(2, name="b", image="redis"),
            container(3, name="AND", image="nginx", image_tag="1"),
        ],
    )
)


def at(text: str, cursor: int | None = None) -> Completions:
    return complete(GRAPH.index, text, len(text) if cursor is None else cursor)


def texts(text: str, cursor: int | None = None) -> list[str]:
    return [option.text for option in at(text, cursor).options]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", "kind"),
        ("sta", "status"),
        ("web sta", "status"),
        ("(im", "image"),
        ("NOT mem", "memory"),
        ("label.", "label.app"),
        ("app", "label.app"),
        ("status:", "healthy"),
        ("status:cr", "critical"),
        ("status = ", "healthy"),
        ("image:", "redis"),
        ("image:ng", "nginx:1"),
        ("label.app=", "shop"),
        ('image ~ "ng', "nginx:1"),
        ("cpu > ", "0.5"),
        ("memory<", "100mb"),
        ("image ", ":"),
        ("cpu ", ">"),
        ("name:we", '"web one"'),
    ],
)
def test_the_best_option(text: str, first: str) -> None:
    assert texts(text)[0] == first


def test_values_come_by_how_often_they_are_there() -> None:
    assert [(one.text, one.detail) for one in at("image:").options] == [
        ("redis", "2 ×"),
        ("nginx:1", "1 ×"),
    ]


def test_what_is_replaced_is_the_word_at_the_cursor() -> None:
    found = at("redis sta web", 9)
    assert (found.start, found.end) == (6, 9)
    assert found.options[0].text == "status"
    assert (at('image ~ "ng').start, at('image ~ "ng').end) == (8, 11)


def test_nothing_is_offered_where_nothing_fits() -> None:
    assert texts("nofield:x") == []
    assert texts('"') == []


@given(st.text(max_size=60), st.integers(0, 70))
def test_any_text_at_any_place_has_an_answer(text: str, cursor: int) -> None:
    found = complete(GRAPH.index, text, cursor)
    assert 0 <= found.start <= found.end <= len(text)


@pytest.mark.parametrize("text", ["name:", "image = ", "status:", "cpu > ", "kind:"])
def test_an_option_that_is_taken_makes_a_query(text: str) -> None:
    for option in at(text).options:
        assert parse(text + option.text) is not None
