"""Answers of Prometheus about made-up targets, as the refresher would have parsed them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from promscope_api.graph.answers import Recalled, Round
from promscope_api.prometheus import labels as by
from promscope_api.prometheus.answer import Sample
from tests.fleet.snapshots import HOST, HOST_ID

JOB, INSTANCE = "promscope", "box:10180"

_LABELS: dict[str, type[Any]] = {
    "probes": by.HostLabels,
    "identities": by.HostLabels,
    "up": by.TargetLabels,
    "sequence": by.EpochLabels,
    "scraped_at": by.EpochLabels,
    "build": by.VersionLabels,
    "incapable": by.CapabilityLabels,
    "failed": by.CollectorLabels,
    "container_info": by.ContainerLabels,
    "container_state": by.StateLabels,
    "container_health": by.HealthLabels,
    "endpoints": by.EndpointLabels,
    "listens": by.ListenLabels,
}
_PREFIXES: dict[str, type[Any]] = {
    "host_": by.TargetLabels,
    "place_": by.PlaceLabels,
    "container_": by.ContainerKey,
    "process_": by.ProcessLabels,
    "edge_": by.EdgeLabels,
    "inbound_": by.InboundLabels,
}


class Answers:
    """Collects samples by the name of their query."""

    def __init__(self) -> None:
        self.samples: dict[str, list[Sample[Any]]] = defaultdict(list)

    def add(self, query: str, value: float | str = 1, /, **labels: str) -> Answers:
        if query == "container_labels":
            self.samples[query].append(Sample(labels, (0.0, str(value))))
            return self
        kind = _LABELS.get(query) or next(
            kind for prefix, kind in _PREFIXES.items() if query.startswith(prefix)
        )
        self.samples[query].append(Sample(kind(**labels), (0.0, str(value))))
        return self

    def target(
        self,
        host_id: str = HOST_ID,
        instance: str = INSTANCE,
        job: str = JOB,
        up: float | None = 1,
        epoch: str = "e1",
        sequence: int = 5,
        at: float = 1000.0,
        hostname: str = "box",
    ) -> Answers:
        """A scrape target of a probe; `up` None: not scraped any more."""
        place = {"job": job, "instance": instance}
        self.add("probes", 1, host_id=host_id, hostname=hostname, **place)
        if up is not None:
            self.add("up", up, **place)
        if up == 1:
            self.add("identities", 1, host_id=host_id, hostname=hostname, **place)
            self.add("sequence", sequence, epoch=epoch, **place)
            self.add("scraped_at", at, epoch=epoch, **place)
        return self

    def container(
        self, key: str, state: str = "running", instance: str = INSTANCE, **labels: str
    ) -> Answers:
        labels = {"name": f"name-{key[-2:]}", "job": JOB, "instance": instance} | labels
        self.add("container_info", 1, container_id=key, **labels)
        return self.add("container_state", 1, container_id=key, state=state)

    def endpoint(self, owner: str, ip: str, netns: str = "host", routable: bool = False) -> Answers:
        word = "true" if routable else "false"
        return self.add("endpoints", 1, owner=owner, ip=ip, netns=netns, routable=word)

    def listen(
        self,
        owner: str,
        port: int,
        ip: str = "0.0.0.0",
        netns: str = "host",
        process: str = "",
        target_port: int | None = None,
        protocol: str = "tcp",
    ) -> Answers:
        inner = "" if target_port is None else str(target_port)
        return self.add(
            "listens", 1, owner=owner, ip=ip, port=str(port), netns=netns, process=process,
            target_port=inner, protocol=protocol,
        )  # fmt: skip

    def edge(
        self, source: str, ip: str, port: int, connections: float = 1, **labels: str
    ) -> Answers:
        labels = {"protocol": "tcp", "process": "client"} | labels
        numbers = {"connections": connections, "transmit": 10.0, "receive": 20.0}
        for name, number in numbers.items():
            self.add(
                f"edge_{name}", number, source=source, peer_ip=ip, peer_port=str(port), **labels
            )
        return self

    def inbound(self, target: str, ip: str, port: int, **labels: str) -> Answers:
        labels = {"protocol": "tcp", "process": "server"} | labels
        for name, number in {"connections": 1.0, "transmit": 30.0, "receive": 40.0}.items():
            self.add(f"inbound_{name}", number, target=target, peer_ip=ip, port=str(port), **labels)
        return self

    def round(self, *recalled: Recalled, **last: Any) -> Round:
        return Round(self.samples, recalled, last.get("last_scrapes", {}))


__all__ = ["HOST", "HOST_ID", "INSTANCE", "JOB", "Answers"]
