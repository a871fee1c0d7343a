"""The labels each query is parsed into; the names are those of the metric catalogue."""

from __future__ import annotations

import msgspec


class NoLabels(msgspec.Struct, gc=False, frozen=True):
    """A query of one number, or one whose labels do not matter."""


class TargetLabels(msgspec.Struct, gc=False, frozen=True):
    """The scrape target a series came from."""

    job: str = ""
    instance: str = ""


class PlaceLabels(msgspec.Struct, gc=False, frozen=True):
    """The host that series of others name."""

    place: str = ""


class HostLabels(TargetLabels, gc=False, frozen=True):
    host_id: str = ""
    hostname: str = ""
    os: str = ""
    kernel: str = ""
    arch: str = ""


class EpochLabels(TargetLabels, gc=False, frozen=True):
    epoch: str = ""


class CapabilityLabels(TargetLabels, gc=False, frozen=True):
    capability: str = ""


class CollectorLabels(TargetLabels, gc=False, frozen=True):
    collector: str = ""


class VersionLabels(TargetLabels, gc=False, frozen=True):
    version: str = ""


class ContainerLabels(TargetLabels, gc=False, frozen=True):
    container_id: str = ""
    name: str = ""
    container_name: str = ""
    image: str = ""
    image_tag: str = ""
    image_id: str = ""
    runtime: str = ""
    network_mode: str = ""
    compose_project: str = ""
    compose_service: str = ""
    kube_pod: str = ""
    kube_pod_uid: str = ""
    kube_namespace: str = ""


class ContainerKey(msgspec.Struct, gc=False, frozen=True):
    container_id: str = ""


class StateLabels(ContainerKey, gc=False, frozen=True):
    state: str = ""


class HealthLabels(ContainerKey, gc=False, frozen=True):
    health: str = ""


class EventLabels(ContainerKey, gc=False, frozen=True):
    name: str = ""
    event: str = ""


class ProcessLabels(msgspec.Struct, gc=False, frozen=True):
    owner: str = ""
    owner_name: str = ""
    process: str = ""


class EndpointLabels(msgspec.Struct, gc=False, frozen=True):
    owner: str = ""
    owner_name: str = ""
    ip: str = ""
    netns: str = ""
    routable: str = ""


class ListenLabels(msgspec.Struct, gc=False, frozen=True):
    owner: str = ""
    owner_name: str = ""
    process: str = ""
    ip: str = ""
    port: str = ""
    protocol: str = ""
    netns: str = ""
    target_port: str = ""


class EdgeLabels(msgspec.Struct, gc=False, frozen=True):
    source: str = ""
    source_name: str = ""
    process: str = ""
    peer_ip: str = ""
    peer_port: str = ""
    protocol: str = ""
    service_ip: str = ""
    service_port: str = ""


class InboundLabels(msgspec.Struct, gc=False, frozen=True):
    target: str = ""
    target_name: str = ""
    process: str = ""
    port: str = ""
    protocol: str = ""
    peer_ip: str = ""
