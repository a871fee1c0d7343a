"""Tables: pages that neither repeat nor hide, and exports that run nothing."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Metrics, Node
from promscope_api.graph.table import BadTable, Page, as_csv, flat, page
from tests.fleet.snapshots import cid, container, snapshot


def nodes(count: int, seed: int = 0) -> list[Node]:
    chance = random.Random(seed)
    graph = Graph()
    containers = [
        container(
            n,
            name=chance.choice(("web", "db", "Cache")),
            compose_project=chance.choice(("", "shop")),
            metrics=Metrics(cpu=chance.choice((None, 0.0, 1.5, 2.0))),
        )
        for n in range(count)
    ]
    graph.take(snapshot((), containers))
    return graph.view("containers").now.nodes


def get(rows: list[Node], sort: str = "label", limit: int = 10, cursor: str = "") -> Page:
    return page(rows, "containers", 1.0, sort, limit, cursor)


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(0, 40),
    limit=st.integers(1, 15),
    sort=st.sampled_from(["label", "-label", "cpu", "-cpu", "facts.project", "-id"]),
    seed=st.integers(0, 1000),
)
def test_pages_hold_every_row_once_in_order(count: int, limit: int, sort: str, seed: int) -> None:
    rows = nodes(count, seed)
    found, cursor = [], ""
    while True:
        one = get(rows, sort, limit, cursor)
        assert one.total == count
        found += one.items
        if one.next is None:
            break
        assert len(one.items) == limit
        cursor = one.next
    whole = get(rows, sort, 1000).items if count else []
    assert found == whole
    assert len({node.id for node in found}) == count


def test_the_largest_first_and_what_is_not_measured_last() -> None:
    values = [node.metrics.cpu for node in get(nodes(30), "-cpu", 100).items]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True)
    assert values == known + [None] * (len(values) - len(known))


def test_a_row_that_goes_in_between_hides_no_other() -> None:
    rows = nodes(20)
    first = get(rows, limit=10)
    assert first.next is not None
    left = [node for node in rows if node.id != first.items[-1].id]
    rest = get(left, limit=100, cursor=first.next)
    assert {n.id for n in first.items} | {n.id for n in rest.items} == {n.id for n in rows}


@pytest.mark.parametrize("sort", ["", "nothing", "metrics.cpu", "__class__", "facts.", "--cpu"])
def test_no_such_column(sort: str) -> None:
    if sort == "facts.":
        assert len(get(nodes(3), sort).items) == 3
        return
    with pytest.raises(BadTable, match="no column"):
        get(nodes(3), sort)


@pytest.mark.parametrize("cursor", ["x", "☃", "e30", "eyJzb3J0IjoxfQ", "A" * 2000])
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    with pytest.raises(BadTable, match="cursor"):
        get(nodes(3), cursor=cursor)


def test_a_cursor_of_another_sort_is_refused() -> None:
    more = get(nodes(20), "cpu", 5).next
    assert more is not None
    with pytest.raises(BadTable, match="another sort"):
        get(nodes(20), "label", 5, more)


HOSTILE = [
    "=cmd()",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1",
    '","=1',
    "a\n=b",
    "a\0=b",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_h2_no_text_is_a_formula(name: str) -> None:
    graph = Graph()
    graph.take(snapshot((), [container(1, name=name)]))
    body = as_csv(graph.view("containers").now.nodes).decode()
    header, row = list(csv.reader(io.StringIO(body, newline="")))
    cells = dict(zip(header, row, strict=True))
    assert cells["label"].removeprefix("'") == name.replace("\0", "")
    for cell in row:
        assert not cell.lstrip(" \t\r\n").startswith(("=", "+", "@", "＝"))


def test_numbers_stay_numbers_and_nothing_is_not_zero() -> None:
    graph = Graph()
    graph.take(snapshot((), [container(1, metrics=Metrics(cpu=0.25)), container(2)]))
    rows = list(csv.DictReader(io.StringIO(as_csv(graph.view("containers").now.nodes).decode())))
    first = next(row for row in rows if row["id"] == cid(1))
    assert (first["cpu"], first["memory"]) == ("0.25", "")


def test_an_empty_table_has_its_header() -> None:
    assert as_csv([]).decode().startswith("id,kind,label")


def test_flat_rows_name_every_column() -> None:
    row = flat(nodes(1)[0])
    assert {"id", "label", "cpu", "limits.memory", "facts.image", "reasons"} <= row.keys()
