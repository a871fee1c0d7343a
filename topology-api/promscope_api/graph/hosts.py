"""Hosts and their probes out of a round of answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from promscope_api.graph.answers import Answers, Round, numbers
from promscope_api.graph.model import Degraded, Metrics
from promscope_api.graph.snapshot import Host, Target
from promscope_api.prometheus.answer import Sample
from promscope_api.prometheus.labels import HostLabels, TargetLabels
from promscope_wire import ids
from promscope_wire.capabilities import lost

_METRICS = ("cpu", "network_receive", "network_transmit", "disk_read", "disk_write")
_FACTS = ("cores", "memory_total", "memory_available", "load1", "boot")

_PORT = re.compile(":[0-9]+$")

TargetKey = tuple[str, str]


def key_of(labels: TargetLabels) -> TargetKey:
    return labels.job, labels.instance


def answering(live: Answers) -> frozenset[TargetKey]:
    """The targets whose last scrape is in the answers as a whole: up, with the sequence that every
    scrape has. VictoriaMetrics tells `up` some seconds after it dropped a dead target's series.
    """
    up = numbers(live, "up", key_of)
    return frozenset(key for key in numbers(live, "sequence", key_of) if up.get(key) == 1.0)


def hosts(answers: Round) -> tuple[dict[str, Host], Mapping[TargetKey, Host]]:
    """Hosts by node id, and the host behind each scrape target."""
    identity: dict[str, HostLabels] = {}
    targets: dict[str, dict[TargetKey, Target]] = defaultdict(dict)
    states = _TargetStates(answers)
    now = answers.live.get("identities", ())
    named = {key_of(sample.metric): sample.metric.host_id for sample in now}
    for sample in (*now, *answers.live.get("probes", ())):
        labels: HostLabels = sample.metric
        # a target that calls itself another host now is not the one it is remembered as
        if labels.host_id and named.get(key_of(labels), labels.host_id) == labels.host_id:
            identity.setdefault(labels.host_id, labels)
            targets[labels.host_id].setdefault(key_of(labels), states.target(labels))
    columns = {
        name: numbers(answers.live, f"host_{name}", key_of)
        | _by_place(numbers(answers.live, f"place_{name}", lambda labels: labels.place), now)
        for name in (*_METRICS, *_FACTS)
    }
    found = {}
    for host_id, labels in identity.items():
        host = _host(labels, tuple(targets[host_id].values()), columns, states)
        found[host.id] = host
    of_target = {
        (target.job, target.instance): host for host in found.values() for target in host.targets
    }
    return found, of_target


def _by_place(
    column: Mapping[str, float], identities: Iterable[Sample[HostLabels]]
) -> dict[TargetKey, float]:
    """Numbers of series of others, which name a host by its address or its hostname."""
    found = {}
    for sample in identities if column else ():
        labels = sample.metric
        address = _PORT.sub("", labels.instance)
        number = column.get(address, column.get(labels.hostname))
        if number is not None:
            found[key_of(labels)] = number
    return found


class _TargetStates:
    """What the round says about each scrape target, down ones included."""

    def __init__(self, answers: Round) -> None:
        live = answers.live
        self._up = numbers(live, "up", key_of)
        self._answering = answering(live)
        self._sequence = numbers(live, "sequence", key_of)
        self._epoch = {key_of(s.metric): s.metric.epoch for s in live.get("sequence", ())}
        self._scraped = numbers(live, "scraped_at", key_of)
        self._scraped.update((key_of(key), at) for key, at in answers.last_scrapes.items())
        for recalled in answers.recalled:
            self._sequence.update(numbers(recalled.answers, "sequence", key_of))
            for sample in recalled.answers.get("sequence", ()):
                self._epoch[key_of(sample.metric)] = sample.metric.epoch
        self.versions = {key_of(s.metric): s.metric.version for s in live.get("build", ())}
        self._degraded: dict[TargetKey, list[Degraded]] = defaultdict(list)
        for sample in live.get("incapable", ()):
            name = sample.metric.capability
            self._degraded[key_of(sample.metric)].append(Degraded(name, lost(name)))
        for sample in live.get("failed", ()):
            name = f"collector {sample.metric.collector}"
            self._degraded[key_of(sample.metric)].append(Degraded(name, "failed or gave a part"))

    def target(self, labels: HostLabels) -> Target:
        key = key_of(labels)
        return Target(
            job=labels.job,
            instance=labels.instance,
            host_id=labels.host_id,
            up=key in self._answering,
            down_reason="" if key in self._answering else _why_down(self._up.get(key)),
            epoch=self._epoch.get(key, ""),
            sequence=int(self._sequence.get(key, 0)),
            scraped_at=self._scraped.get(key, 0.0),
        )

    def degraded(self, targets: tuple[Target, ...]) -> tuple[Degraded, ...]:
        found = {d.capability: d for t in targets for d in self._degraded[t.job, t.instance]}
        live = [target for target in targets if target.up]
        if len({target.epoch for target in live if target.epoch}) > 1:
            instances = ", ".join(sorted(target.instance for target in live))
            found["host id"] = Degraded(
                "host id",
                f"duplicate host id: several probes ({instances}) say they are this host;"
                " set --host.id on one of them",
            )
        return tuple(found[name] for name in sorted(found))


def _why_down(up: float | None) -> str:
    if up is None:
        return "Prometheus does not scrape this probe any more"
    if up == 1.0:
        return (
            "the last scrape of this probe has no promscope_inventory_sequence;"
            " if this lasts, a relabeling rule drops it"
        )
    return "the last scrape of this probe failed; is the exporter running?"


def _host(
    labels: HostLabels,
    targets: tuple[Target, ...],
    columns: Mapping[str, Mapping[TargetKey, float]],
    states: _TargetStates,
) -> Host:
    host = Host(ids.host(labels.host_id), labels.host_id, labels.hostname, targets)
    key = (host.latest.job, host.latest.instance)

    def number(name: str) -> float | None:
        # A rate lasts as long as its window after the last scrape: that is not now any more.
        return columns[name].get(key) if host.up else None

    total, available = number("memory_total"), number("memory_available")
    used = total - available if total is not None and available is not None else None
    return Host(
        host.id,
        host.host_id,
        host.hostname,
        targets,
        os=labels.os,
        kernel=labels.kernel,
        arch=labels.arch,
        version=states.versions.get(key, ""),
        metrics=Metrics(memory=used, **{name: number(name) for name in _METRICS}),
        cores=number("cores"),
        memory_total=total,
        load1=number("load1"),
        booted=number("boot"),
        degraded=states.degraded(targets),
    )
