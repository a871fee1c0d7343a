"""The label types and the metric catalogue name the same labels."""

from __future__ import annotations

from typing import Any

import pytest

from promscope_api.prometheus import labels as by
from promscope_exporter.exposition.catalogue import families

_FAMILIES = {family.name: family for family in families()}
_TARGET = {"job", "instance"}


@pytest.mark.parametrize(
    ("family", "labels"),
    [
        ("promscope_host_info", by.HostLabels),
        ("promscope_inventory_sequence", by.EpochLabels),
        ("promscope_exporter_capability", by.CapabilityLabels),
        ("promscope_exporter_build_info", by.VersionLabels),
        ("promscope_scrape_collector_success", by.CollectorLabels),
        ("promscope_container_info", by.ContainerLabels),
        ("promscope_container_state", by.StateLabels),
        ("promscope_container_health", by.HealthLabels),
        ("promscope_process_instances", by.ProcessLabels),
        ("promscope_endpoint_info", by.EndpointLabels),
        ("promscope_listen_info", by.ListenLabels),
        ("promscope_edge_connections", by.EdgeLabels),
        ("promscope_inbound_connections", by.InboundLabels),
    ],
)
def test_every_label_that_is_read_is_one_that_the_probe_writes(
    family: str, labels: type[Any]
) -> None:
    assert set(labels.__struct_fields__) - _TARGET <= set(_FAMILIES[family].labels)


@pytest.mark.parametrize(
    ("family", "labels"),
    [("promscope_edge_connections", by.EdgeLabels), ("promscope_listen_info", by.ListenLabels)],
)
def test_labels_that_tell_series_apart_are_all_read(family: str, labels: type[Any]) -> None:
    assert set(labels.__struct_fields__) == set(_FAMILIES[family].labels)
