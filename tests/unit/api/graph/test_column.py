"""Columns of fields."""

from __future__ import annotations

import numpy as np

from promscope_api.graph.column import Column, numbers
from promscope_api.graph.graph import Graph
from promscope_api.graph.model import Metrics
from tests.fleet.snapshots import container, host, snapshot


def entries() -> list[object]:
    graph = Graph()
    metrics = [Metrics(cpu=1.0), Metrics(), Metrics(cpu=0.0)]
    containers = [
        container(n, image="a" if n else "b", metrics=one) for n, one in enumerate(metrics)
    ]
    graph.take(snapshot([host()], containers))
    return [one for one in graph.index.entries if one.node.kind == "container"]


def test_a_test_is_asked_once_for_each_distinct_value() -> None:
    asked: list[str] = []

    def test(value: str) -> bool:
        asked.append(value)
        return value == "a"

    column = Column(entries(), "image")  # type: ignore[arg-type]
    assert column.where(test).tolist() == [False, True, True]
    assert sorted(asked) == ["a", "b"]


def test_values_by_how_many_have_them() -> None:
    assert Column(entries(), "image").frequent() == [("a", 2), ("b", 1)]  # type: ignore[arg-type]
    assert Column(entries(), "pod").frequent() == []  # type: ignore[arg-type]
    assert not Column([], "image").where(bool).any()


def test_numbers_tell_zero_from_not_measured() -> None:
    assert np.array_equal(numbers(entries(), "cpu"), [1.0, np.nan, 0.0], equal_nan=True)  # type: ignore[arg-type]
