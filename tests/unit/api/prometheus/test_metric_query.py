"""Queries of one metric: what becomes PromQL, and what is refused (P1)."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from promscope_api.prometheus.matchers import equal
from promscope_api.prometheus.metric_query import BadQuery, MetricQuery, ranged
from promscope_api.prometheus.queries import Scope

TENANT = Scope(15.0, (equal("tenant", "a"),))


def promql(name: str = "promscope_container_processes", *matches: str, **fields: Any) -> str:
    fields = {"by": (), "function": "sum", "start": 0.0, "end": 60.0, "step": 15} | fields
    return MetricQuery(name, matches, **fields).promql(TENANT)


def test_gauges_as_they_are_and_counters_as_rates() -> None:
    assert 'promscope_container_processes{tenant="a"}' in promql()
    assert "rate(" not in promql()
    assert "[60s]" in promql("promscope_container_cpu_seconds_total")
    assert "[600s]" in promql("promscope_container_cpu_seconds_total", step=600)


def test_labels_are_kept_and_replicas_count_once() -> None:
    text = promql(by=("container_id", "name"), function="max")
    assert text.startswith("max by (container_id, name) (max without (replica")


def test_values_of_one_label_are_alternatives() -> None:
    assert 'state=~"a|b",name!="c"' in promql(
        "promscope_container_state", "state=a", "state=b", "name!=c"
    )


@pytest.mark.parametrize(
    "value",
    ['x"} or up{a="', "(.*)*", '{__name__=~".+"}', "\\", "\n", "ü", "", "a=b", "\x00"],
)
def test_p1_values_stay_values(value: str) -> None:
    text = promql("promscope_container_info", f"name={value}")
    quoted = text[text.index('name="') + 5 : text.rindex("})")]
    assert json.loads(quoted) == value
    assert 'tenant="a"' in text


@pytest.mark.parametrize(
    ("name", "matches", "fields"),
    [
        ("up", (), {}),
        ("promscope_x{a='b'}", (), {}),
        ("promscope_" + "x" * 200, (), {}),
        ("", (), {}),
        ("promscope_x", ("name",), {}),
        ("promscope_x", ("na me=x",), {}),
        ("promscope_x", ("name=~.*",), {"by": ("a b",)}),
        ("promscope_x", ("name=" + "x" * 501,), {}),
        ("promscope_x", tuple(f"l{n}=x" for n in range(21)), {}),
        ("promscope_x", tuple(f"l={n}" for n in range(101)), {}),
        ("promscope_x", (), {"by": tuple("abcdefghijk")}),
        ("promscope_x", (), {"by": ("a) or (up",)}),
    ],
)
def test_p1_what_cannot_be_asked(
    name: str, matches: tuple[str, ...], fields: dict[str, Any]
) -> None:
    with pytest.raises(BadQuery):
        promql(name, *matches, **fields)


def test_matchers_of_the_tenant_cannot_be_replaced() -> None:
    text = promql("promscope_container_info", "tenant=b", "tenant!=a")
    assert 'tenant="a",tenant="b"' in text


def test_ranges() -> None:
    assert ranged(None, None, None, 10_000.0, 15.0) == (6400.0, 10_000.0, 15)
    assert ranged(0.0, 86_400.0, None, 1e6, 15.0) == (0.0, 86_400.0, 360)
    assert ranged(9000.0, 99_999.0, 1, 10_000.0, 15.0) == (9000.0, 10_000.0, 15)


@pytest.mark.parametrize(
    ("start", "end", "step"),
    [
        (20.0, 10.0, None), (10.0, 10.0, None), (0.0, 1e8, None), (0.0, 86_400.0, 15),
        (math.nan, 10.0, None),
    ],
)  # fmt: skip
def test_ranges_out_of_bounds(start: float, end: float, step: int | None) -> None:
    with pytest.raises(BadQuery):
        ranged(start, end, step, 1e9, 15.0)
