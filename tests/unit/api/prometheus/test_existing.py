"""Numbers from cAdvisor's and node_exporter's series, as Prometheus itself evaluates them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from promscope_api.prometheus.existing import (
    PLACE,
    ContainerSeries,
    Existing,
    HostSeries,
    container_texts,
    host_texts,
)
from promscope_api.prometheus.matchers import equal
from promscope_api.prometheus.queries import Scope, history_queries, node_queries
from promscope_wire import ids
from tests.unit.api.prometheus.evaluated import by_id, check

CADVISOR = Path(__file__).with_name("cadvisor.txt")
DOCKER, KUBELET = "a" * 12, "b" * 12
#: What every query gives, by container.
CONTAINERS: Mapping[str, Mapping[str, float]] = {
    "cpu": {DOCKER: 3, KUBELET: 0.5},
    "network_receive": {DOCKER: 110},
    "network_transmit": {DOCKER: 50},
    "disk_read": {DOCKER: 10},
    "disk_write": {DOCKER: 20},
    "memory": {DOCKER: 4096, KUBELET: 8192},
    "memory_limit": {KUBELET: 65536},
    "cpu_limit": {KUBELET: 0.5},
    "processes": {DOCKER: 3},
    "open_fds": {DOCKER: 17},
    "started": {DOCKER: 1_700_000_000},
    "throttled": {KUBELET: 0.5},
    "oom_kills": {},
}
_NODE = 'instance="web1:9100",job="node"'
NODE = {
    **{
        f'node_cpu_seconds_total{{cpu="{cpu}",mode="{mode}",{_NODE}}}': f"0+{step}x8"
        for cpu in "01"
        for mode, step in (("user", 3), ("system", 4.5), ("idle", 7), ("iowait", 0.5))
    },
    f"node_memory_MemTotal_bytes{{{_NODE}}}": "1000x8",
    f"node_memory_MemAvailable_bytes{{{_NODE}}}": "250x8",
    f'node_network_receive_bytes_total{{device="eth0",{_NODE}}}': "0+15x8",
    f'node_network_receive_bytes_total{{device="lo",{_NODE}}}': "0+1500x8",
    f'node_network_receive_bytes_total{{device="veth1a",{_NODE}}}': "0+1500x8",
    f'node_network_transmit_bytes_total{{device="eth0",{_NODE}}}': "0+30x8",
    f'node_disk_read_bytes_total{{device="sda",{_NODE}}}': "0+150x8",
    f'node_disk_read_bytes_total{{device="dm-0",{_NODE}}}': "0+150x8",
    f'node_disk_written_bytes_total{{device="sda",{_NODE}}}': "0+15x8",
    f"node_load1{{{_NODE}}}": "0.5x8",
    f"node_boot_time_seconds{{{_NODE}}}": "1700000000x8",
    'node_load1{instance="web1:9100",job="other"}': "99x8",
    'promscope_host_info{host_id="h",hostname="web1",instance="10.0.0.5:10180",job="p"}': "1x8",
}
HOSTS = {
    "cores": 2, "cpu": 1, "memory_total": 1000, "memory_available": 250, "network_receive": 1,
    "network_transmit": 2, "disk_read": 10, "disk_write": 1, "load1": 0.5, "boot": 1_700_000_000,
}  # fmt: skip


def cadvisor() -> Mapping[str, str]:
    """The fixture as it grows: a counter by its value at every scrape."""
    found = {}
    for family in text_string_to_metric_families(CADVISOR.read_text()):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            text = f"0+{sample.value}x8" if family.type == "counter" else f"{sample.value}x8"
            found[f"{sample.name}{{{labels}}}"] = text
    return found


def test_every_number_of_a_container(tmp_path: Path) -> None:
    texts = container_texts(ContainerSeries(source="cadvisor"), (), "60s", "15m")
    assert texts.keys() == CONTAINERS.keys()
    told = {text: by_id(CONTAINERS[name]) for name, text in texts.items()}
    check(tmp_path, cadvisor(), told)


def test_p1_an_id_is_no_pattern() -> None:
    texts = container_texts(ContainerSeries(source="cadvisor"), (), "60s", "15m", 'a.*"} or up{b="')
    for text in texts.values():
        assert r'id=~".*[/-](a\\.\\*\"\\} or up\\{b=\")[0-9a-f]{52}' in text


def test_one_container_alone(tmp_path: Path) -> None:
    chosen = ContainerSeries(source="cadvisor")
    texts = container_texts(chosen, (), "60s", "15m", KUBELET)
    told = {
        text: by_id({one: v for one, v in CONTAINERS[name].items() if one == KUBELET})
        for name, text in texts.items()
    }
    check(tmp_path, cadvisor(), told)


def test_every_number_of_a_host(tmp_path: Path) -> None:
    chosen = HostSeries(source="node_exporter", matchers={"job": "node"})
    texts = host_texts(chosen, (), "60s")
    told = {
        text: [{"labels": f'{{{PLACE}="web1"}}', "value": HOSTS[name]}]
        for name, text in texts.items()
    }
    check(tmp_path, NODE, told)


def test_the_past_of_a_host_is_found_by_its_name(tmp_path: Path) -> None:
    existing = Existing(hosts=HostSeries(source="node_exporter", matchers={"job": "node"}))
    scope = Scope(15.0, (), existing)
    wanted = {"cpu": 1, "memory": 750, "network_receive": 1, "disk_read": 10}
    asked = {one.name: one.promql for one in history_queries(scope, ids.parse(ids.host("h")))}
    told = {asked[name]: [{"labels": "{}", "value": value}] for name, value in wanted.items()}
    check(tmp_path, NODE, told)


def test_bounds_are_in_every_selector_and_a_slower_scrape_has_a_longer_window() -> None:
    chosen = Existing(
        HostSeries(source="node_exporter", scrape_interval=60),
        ContainerSeries(source="cadvisor", matchers={"job": "kubelet"}),
    )
    for query in node_queries(Scope(15.0, (equal("tenant", "t"),), chosen)):
        names = query.promql.count("node_") + query.promql.count("promscope_")
        assert query.promql.count('tenant="t"') >= min(1, names)
        if query.name.startswith("place_") and "irate" in query.promql:
            assert "[240s]" in query.promql
    cpu = next(q for q in node_queries(Scope(15.0, (), chosen)) if q.name == "container_cpu")
    assert 'job="kubelet"' in cpu.promql
    assert "[60s]" in cpu.promql


@pytest.mark.parametrize(
    "text",
    [
        '{"hosts": {"source": "telegraf"}}',
        '{"hosts": {}}',
        '{"hosts": {"source": "node_exporter", "label": "a b"}}',
        '{"containers": {"source": "cadvisor", "matchers": {"a\\"b": "c"}}}',
        '{"containers": {"source": "cadvisor", "scrape_interval": -1}}',
        '{"pods": {"source": "kube-state-metrics"}}',
        '{"kubernetes": {"source": "cadvisor"}}',
    ],
)
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Existing)
