"""A large view as the API answers it: namespaces of services of containers, all placed."""

from __future__ import annotations

import math
import random
from typing import Any

Json = dict[str, Any]

_GOLDEN = math.pi * (3 - math.sqrt(5))
_RADIUS = 12.0
#: A circle around n equal ones laid out by the golden angle, in radii of one.
_ROOM = 1.35


def town(nodes: int, edges: int, namespaces: int, seed: int = 6) -> Json:
    """The `containers` view with so many nodes and edges; the same for the same arguments."""
    chance = random.Random(seed)
    sizes = _shares(nodes, max(namespaces, nodes // 5), chance)
    homes = [index % namespaces for index in range(len(sizes))]
    items, groups, members = _placed(sizes, homes, namespaces, chance)
    found = _edges(edges, members, homes, chance)
    return {
        "view": "containers", "version": 1, "taken_at": 1_790_000_000.0, "stale_since": None,
        "stale_reason": None, "nodes": items, "groups": groups, "edges": found,
    }  # fmt: skip


def changed(view: Json, share: float, turn: int) -> list[Json]:
    """That share of the nodes with another status and other numbers, others at each turn."""
    nodes = view["nodes"]
    count = max(1, round(len(nodes) * share))
    start = turn * count
    return [
        node | {"status": "warning", "metrics": node["metrics"] | {"cpu": 0.5 + turn / 100}}
        for node in (nodes[(start + index * 97) % len(nodes)] for index in range(count))
    ]


def _shares(total: int, count: int, chance: random.Random) -> list[int]:
    """How many containers each service has: one at least, a few of them many."""
    sizes = [1] * count
    weights = [chance.paretovariate(1.3) for _ in range(count)]
    for index in chance.choices(range(count), weights, k=total - count):
        sizes[index] += 1
    return sizes


def _placed(
    sizes: list[int], homes: list[int], namespaces: int, chance: random.Random
) -> tuple[list[Json], list[Json], list[list[str]]]:
    items: list[Json] = []
    groups: list[Json] = []
    members: list[list[str]] = []
    radii = [_RADIUS * 1.6 * _ROOM * math.sqrt(size) + 6 for size in sizes]
    inside = [[i for i, home in enumerate(homes) if home == one] for one in range(namespaces)]
    widest = [max((radii[i] for i in mine), default=1.0) for mine in inside]
    outer = [w * _ROOM * 1.2 * math.sqrt(len(m)) + 20 for w, m in zip(widest, inside, strict=True)]
    for one, (nx, ny) in enumerate(_spiral(namespaces, max(outer) * 1.15)):
        groups.append(_group(f"group:ns-{one}", "project", f"namespace-{one}", None, nx, ny))
        groups[-1] |= {"radius": outer[one], "count": sum(sizes[i] for i in inside[one])}
        spots = _spiral(len(inside[one]), widest[one] * 1.2)
        for service, (sx, sy) in zip(inside[one], spots, strict=True):
            key = f"group:service-{service}"
            label = f"service-{service}"
            groups.append(_group(key, "service", label, f"group:ns-{one}", nx + sx, ny + sy))
            groups[-1] |= {"radius": radii[service], "count": sizes[service]}
            members.append([])
            for x, y in _spiral(sizes[service], _RADIUS * 1.6):
                number = len(items)
                items.append(_node(number, service, key, nx + sx + x, ny + sy + y, chance))
                members[-1].append(items[-1]["id"])
    return items, groups, members


def _spiral(count: int, step: float) -> list[tuple[float, float]]:
    return [
        (step * math.sqrt(i) * math.cos(i * _GOLDEN), step * math.sqrt(i) * math.sin(i * _GOLDEN))
        for i in range(count)
    ]


def _group(key: str, kind: str, label: str, parent: str | None, x: float, y: float) -> Json:
    return {
        "id": key, "kind": kind, "label": label, "parent": parent, "position": [x, y],
        "status": "healthy",
    }  # fmt: skip


def _node(number: int, service: int, group: str, x: float, y: float, chance: random.Random) -> Json:
    status = chance.choices(("healthy", "warning", "critical"), (95, 4, 1))[0]
    return {
        "id": f"container:{number:012x}", "kind": "container",
        "label": f"service-{service}-{number}", "sublabel": f"shop/service-{service}:1.2.3",
        "status": status, "state": "running",
        "reasons": [] if status == "healthy" else ["restarted 3 times within 10 minutes"],
        "parents": [f"host:{number % 100:016x}"], "group": group,
        "metrics": {
            "cpu": chance.random(), "memory": chance.random() * 1e9, "connections": 4.0,
            "network_receive": 1e4, "network_transmit": 2e4, "disk_read": 0.0, "disk_write": 1e3,
        },
        "limits": {"cpu": 2.0, "memory": 1e9},
        "facts": {"image": f"shop/service-{service}:1.2.3", "host": f"host-{number % 100}"},
        "position": [round(x, 2), round(y, 2)], "radius": _RADIUS,
    }  # fmt: skip


def _edges(
    count: int, members: list[list[str]], homes: list[int], chance: random.Random
) -> list[Json]:
    """Between containers of two services, four of five times in one namespace."""
    near: dict[int, list[int]] = {}
    for service, home in enumerate(homes):
        near.setdefault(home, []).append(service)
    # Members are listed namespace by namespace, as they were placed.
    order = [service for home in sorted(near) for service in near[home]]
    ids = dict(zip(order, members, strict=True))
    found: dict[str, Json] = {}
    while len(found) < count:
        one = chance.randrange(len(homes))
        other = chance.choice(near[homes[one]]) if chance.random() < 0.8 else chance.choice(order)
        source, target = chance.choice(ids[one]), chance.choice(ids[other])
        if source == target:
            continue
        port = chance.choice((80, 443, 5432, 6379, 8080))
        key = f"{source}>{target}:{port}/tcp"
        rate = chance.paretovariate(1.1) * 1e3
        found[key] = {
            "id": key, "source": source, "target": target, "port": port, "protocol": "tcp",
            "connections": 2.0, "connects_per_second": 0.5,
            "failed_per_second": 0.2 if chance.random() < 0.01 else 0.0,
            "bytes_per_second": {"transmit": rate * 0.3, "receive": rate * 0.7},
            "service": None, "processes": ["app"],
        }  # fmt: skip
    return list(found.values())
