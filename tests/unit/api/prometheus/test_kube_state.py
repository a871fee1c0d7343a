"""Limits and restarts from kube-state-metrics, as Prometheus evaluates them."""

from __future__ import annotations

from pathlib import Path

from promscope_api.prometheus import kube_state
from promscope_api.prometheus.existing import ContainerSeries, Existing, KubernetesSeries
from promscope_api.prometheus.matchers import equal
from tests.unit.api.prometheus.evaluated import by_id, check

API, OLD = "b" * 12, "c" * 12
_POD = 'namespace="shop",pod="api-0",uid="0d3c",container="api",job="ksm"'


def info(short: str, instance: str = "ksm-0:8080") -> str:
    full = f"containerd://{short}{'2' * 52}"
    return (
        f'kube_pod_container_info{{{_POD},image="shop/api:3",container_id="{full}",'
        f'instance="{instance}"}}'
    )


SERIES = {
    info(API): "1x8",
    f'kube_pod_container_resource_limits{{{_POD},resource="memory",unit="byte"}}': "4096x8",
    f'kube_pod_container_resource_limits{{{_POD},resource="cpu",unit="core"}}': "0.5x8",
    f"kube_pod_container_status_restarts_total{{{_POD}}}": "0 0 0 0 2x5",
    # not started yet: it has no id
    'kube_pod_container_info{namespace="shop",pod="web-0",container="web",container_id=""}': "1x8",
}


def test_limits_and_restarts_find_their_container(tmp_path: Path) -> None:
    texts = kube_state.texts((equal("job", "ksm"),), "15m")
    told = {
        texts["memory_limit"]: by_id({API: 4096}),
        texts["cpu_limit"]: by_id({API: 0.5}),
        f"{texts['restarts']} > bool 1": by_id({API: 1}),
    }
    check(tmp_path, SERIES, told)


def test_two_replicas_that_disagree_fail_no_query(tmp_path: Path) -> None:
    text = kube_state.texts((), "15m")["memory_limit"]
    both = SERIES | {info(OLD, "ksm-1:8080"): "1x8"}
    check(tmp_path, both, {f"count({text})": [{"labels": "{}", "value": 1}]})


def test_one_container_alone(tmp_path: Path) -> None:
    texts = kube_state.texts((), "15m", OLD)
    check(tmp_path, SERIES, {text: [] for text in texts.values()})
    texts = kube_state.texts((), "15m", API)
    check(tmp_path, SERIES, {texts["memory_limit"]: by_id({API: 4096})})


def test_its_word_counts_more_than_cadvisor_s() -> None:
    both = Existing(
        containers=ContainerSeries(source="cadvisor"),
        kubernetes=KubernetesSeries(source="kube-state-metrics"),
    ).of_containers((), "60s", "15m")
    assert "kube_" in both["memory_limit"]
    assert "container_cpu_usage" in both["cpu"]
