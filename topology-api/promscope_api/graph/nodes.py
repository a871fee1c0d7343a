"""How hosts, containers, process groups and outside peers look as nodes of a view."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec

from promscope_api.graph import status
from promscope_api.graph.merge import is_public
from promscope_api.graph.model import Limits, Metrics, Node
from promscope_api.graph.world import World
from promscope_wire import ids


def make(world: World, node: str) -> Node:
    """The node of any id that a link or a view can name."""
    if node in world.containers:
        return container(world, node)
    if node in world.hosts:
        return host(world, node)
    if node in world.snapshot.processes:
        return processes(world, node)
    return outside(node, world.snapshot.names)


def unreachable(world: World, host_id: str) -> str:
    """Why nothing is known of a host just now; "" if something is."""
    host = world.hosts.get(host_id)
    if host is None or host.up or world.describes_now(host_id) or not host.targets:
        return ""
    return host.latest.down_reason


def container(world: World, node: str) -> Node:
    it = world.containers[node]
    record = world.records.get(node)
    away = "" if it.known else unreachable(world, it.host)
    firing = world.firing.get(node, ())
    level, reasons = status.container(it, record, away, world.thresholds, firing)
    image = f"{it.image}:{it.image_tag}" if it.image_tag else it.image
    host_name = world.hosts[it.host].hostname if it.host in world.hosts else ""
    facts = {
        "image": image,
        "host": host_name,
        "project": it.compose_project,
        "service": it.compose_service,
        "pod": it.kube_pod,
        "namespace": it.kube_namespace,
        "network": it.network_mode,
        "addresses": ", ".join(world.snapshot.addresses.get(node, ())),
        "health": it.health,
        "started": moment(it.started),
        "created": moment(it.created),
        "id": node.partition(":")[2],
    }
    return Node(
        id=node,
        kind="container",
        label=it.name,
        sublabel=image,
        status=level,
        state=it.state,
        reasons=reasons,
        parents=(it.host,),
        group=None,
        metrics=it.metrics,
        limits=Limits(it.cpu_limit, it.memory_limit),
        facts=_known(facts),
    )


def host(world: World, node: str) -> Node:
    it = world.hosts[node]
    away = unreachable(world, node)
    level, reasons = status.host(it, away, world.thresholds, world.firing.get(node, ()))
    facts = {
        "os": it.os,
        "kernel": it.kernel,
        "arch": it.arch,
        "instance": it.latest.instance if it.targets else "",
        "addresses": ", ".join(world.snapshot.addresses.get(node, ())),
        "booted": moment(it.booted),
        "load1": f"{it.load1:.2f}" if it.load1 is not None else "",
        "probe": it.version,
        "id": it.host_id,
    }
    crew = world.crew.get(node, 0)
    return Node(
        id=node,
        kind="host",
        label=it.hostname or it.host_id,
        sublabel=f"{crew} containers" if crew != 1 else "1 container",
        status=level,
        state="down" if away else "up",
        reasons=reasons,
        parents=(),
        group=None,
        metrics=it.metrics,
        limits=Limits(it.cores, it.memory_total),
        facts=_known(facts),
    )


def processes(world: World, node: str) -> Node:
    it = world.snapshot.processes[node]
    away = "" if it.known else unreachable(world, it.host)
    level, reasons = status.processes(away, world.firing.get(node, ()))
    owner = world.containers.get(it.owner)
    name = owner.name if owner else it.owner_name
    host_name = world.hosts[it.host].hostname if it.host in world.hosts else ""
    facts = {"owner": name, "host": host_name, "command": it.command}
    return Node(
        id=node,
        kind="processes",
        label=it.command,
        sublabel=name,
        status=level,
        state="unknown" if away else "running",
        reasons=reasons,
        parents=(it.owner,) if it.owner == it.host else (it.owner, it.host),
        group=None,
        metrics=it.metrics,
        limits=Limits(),
        facts=_known(facts),
    )


def outside(node: str, names: Mapping[str, str] = MappingProxyType({})) -> Node:
    """A peer that no probe covers. `names`: address → name by reverse DNS."""
    parsed = ids.parse(node)
    name = " ".join(parsed.parts)
    if node == ids.INTERNET:
        return _outside(node, "internet", "internet", "many public addresses")
    if parsed.kind == "external":
        where = "public address" if is_public(name) else "private address"
        if not _is_address(name):
            what = "address not known" if name == "unknown" else "named network"
            return _outside(node, "external", name, what)
        found = names.get(name, "")
        shown = _outside(node, "external", found or name, f"{name}, {where}" if found else where)
        return msgspec.structs.replace(shown, facts=_known({"address": name, "dns": found}))
    if parsed.kind == "other":
        return _outside(node, "other", f"other {name}", "folded by a budget of the probe")
    return _outside(node, "unknown", name, "not known")


def _outside(node: str, kind: str, label: str, sublabel: str) -> Node:
    return Node(
        id=node,
        kind=kind,  # type: ignore[arg-type]
        label=label,
        sublabel=sublabel,
        status="healthy" if kind != "unknown" else "unknown",
        state="outside",
        reasons=(),
        parents=(),
        group=None,
        metrics=Metrics(),
        limits=Limits(),
        facts={},
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def moment(seconds: float | None) -> str:
    """A time as people and tables read it: ISO 8601 in UTC, "" if not known."""
    if not seconds:
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return ""


def _known(facts: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value}
