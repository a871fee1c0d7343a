"""The finder of names itself: if it misses what is wrong, the tests that use it prove nothing."""

from __future__ import annotations

import pytest

from tests.docs import promql


@pytest.mark.parametrize(
    "expression",
    [
        "promscope_host_load1",
        'sum by (instance, state) (promscope_container_state{state="running"})',
        'rate(promscope_edge_rtt_seconds_sum{peer_ip=~"10.+"}[1m])',
        'promscope_container_label_info{label_com_docker_compose_project="shop"}',
        'up{job="a"} == 0 and on (job, instance) process_cpu_seconds_total',
        'service:promscope_container_cpu_seconds:rate5m{compose_service="web"}',
        'promscope_container_info{image="promscope_not_a_metric{"}',
    ],
)
def test_what_exists_is_accepted(expression: str) -> None:
    assert promql.complaints(expression) == []


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("promscope_host_load2", "no metric is named promscope_host_load2"),
        ("rate(promscope_edge_rtt_seconds[1m])", "no metric is named promscope_edge_rtt_seconds"),
        ('promscope_host_load1{mode="idle"}', "no label mode of promscope_host_load1"),
        ("sum by (mode) (promscope_host_load1)", "no label mode in by, on or without"),
        (
            "service:promscope_container_cpu_seconds:rate1h",
            "no metric is named service:promscope_container_cpu_seconds:rate1h",
        ),
    ],
)
def test_what_does_not_exist_is_named(expression: str, wrong: str) -> None:
    assert wrong in promql.complaints(expression)


def test_a_legend_names_labels_of_the_series_only() -> None:
    legend = "{{state}} on {{ instance }} {{mode}}"
    assert promql.complaints("promscope_container_state", legend) == ["no label mode in the legend"]
