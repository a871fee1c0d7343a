"""Firing alerts of Prometheus, each with the node that its labels are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from promscope_api.graph.model import Status
from promscope_api.graph.snapshot import Container, Host
from promscope_wire import ids

#: Alerts that one node tells of; the count tells of the rest.
SHOWN = 10
_CRITICAL = frozenset(("critical", "page", "error", "fatal", "emergency"))
_NO_HARM = frozenset(("info", "none", "notice", "debug"))
#: Labels that hold the id of a node of ours.
_NODE_LABELS = ("node_id", "source", "target", "owner")


class Alert(msgspec.Struct, frozen=True, gc=False):
    """`severity` is the alert's own label, "" without one."""

    name: str
    severity: str

    @property
    def level(self) -> Status | None:
        """What it makes of its node; None: it is no harm."""
        severity = self.severity.lower()
        if severity in _NO_HARM:
            return None
        return "critical" if severity in _CRITICAL else "warning"


def alerts(
    firing: Iterable[Mapping[str, str]],
    host_of_target: Mapping[tuple[str, str], Host],
    containers: Mapping[str, Container],
) -> dict[str, tuple[Alert, ...]]:
    """Node id → its firing alerts, from the labels of the series `ALERTS`.

    A container is named by `container_id`, or by its name and its host's target; processes by
    `owner` and `process`; any node by its id; what names none of these is about the host of its
    target. Alerts about nothing that is known are left out.
    """
    by_name = {(one.host, one.name): one.id for one in containers.values()}
    hosts = {host.id for host in host_of_target.values()}
    found: dict[str, set[Alert]] = defaultdict(set)
    for labels in firing:
        host = host_of_target.get((labels.get("job", ""), labels.get("instance", "")))
        for node in _about(labels, host.id if host else "", hosts, containers, by_name):
            alert = Alert(labels.get("alertname", "")[:200], labels.get("severity", "")[:40])
            found[node].add(alert)
    return {
        node: tuple(sorted(some, key=lambda one: (one.level != "critical", one.name)))
        for node, some in found.items()
    }


def _about(
    labels: Mapping[str, str],
    host: str,
    hosts: set[str],
    containers: Mapping[str, Container],
    by_name: Mapping[tuple[str, str], str],
) -> list[str]:
    container = f"container:{labels.get('container_id', '')[:12]}"
    if container in containers:
        return [container]
    named = [labels[name] for name in _NODE_LABELS if labels.get(name)]
    nodes = [node for node in named if node in containers or node in hosts]
    if nodes and labels.get("process") and labels.get("owner") in nodes:
        try:
            return [ids.processes(labels["owner"], labels["process"])]
        except ids.InvalidId:
            return nodes
    if nodes:
        return nodes
    for name in ("name", "container_name"):
        known = by_name.get((host, labels.get(name, "")))
        if known:
            return [known]
    own = f"host:{labels.get('host_id', '')}"
    return [own] if own in hosts else [host] if host else []


def findings(firing: tuple[Alert, ...]) -> list[tuple[Status, str]]:
    """What a node's alerts say of it."""
    found = [
        (alert.level, f"alert {alert.name} is firing")
        for alert in firing
        if alert.level is not None
    ]
    shown = found[:SHOWN]
    if len(found) > SHOWN:
        shown.append(("warning", f"and {len(found) - SHOWN} more alerts"))
    return shown
