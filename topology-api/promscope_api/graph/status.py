"""How well a node is, and why: every status carries its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from promscope_api.graph.model import Status
from promscope_api.graph.snapshot import Container, Host
from promscope_wire.frames import ContainerRecord

#: Share of a limit (or of a host's capacity) from which it is worth a warning, and critical.
NEAR_LIMIT = 0.90
AT_LIMIT = 0.97
#: Share of the enforcement periods in which a container was throttled.
THROTTLED = 0.25
#: Restarts within fifteen minutes that are a crash loop.
CRASH_LOOP = 4.5
#: Exit codes of a container that was told to stop (128 + SIGINT, SIGKILL, SIGTERM).
_TOLD_TO_STOP = {130: "SIGINT", 137: "SIGKILL", 143: "SIGTERM"}

_ORDER: dict[Status, int] = {"healthy": 0, "unknown": 1, "warning": 2, "critical": 3}
assert set(_ORDER) == set(get_args(Status))

Finding = tuple[Status, str]


def worst(statuses: Iterable[Status]) -> Status:
    return max(statuses, key=_ORDER.__getitem__, default="healthy")


def verdict(findings: list[Finding]) -> tuple[Status, tuple[str, ...]]:
    """The worst status, and the reasons from the worst to the least."""
    findings = sorted(findings, key=lambda finding: -_ORDER[finding[0]])
    return worst(status for status, _ in findings), tuple(reason for _, reason in findings)


def container(
    container: Container, record: ContainerRecord | None, unreachable: str
) -> tuple[Status, tuple[str, ...]]:
    """Of a container. `unreachable`: why nothing is known of its host just now, or ""."""
    if unreachable:
        return "unknown", (unreachable,)
    found = _lifecycle(container, record)
    if container.health == "unhealthy":
        found.append(("critical", "its health check fails"))
    found += _near("memory", container.metrics.memory, container.memory_limit)
    found += _near("cpu", container.metrics.cpu, container.cpu_limit)
    if (container.throttled or 0) > THROTTLED:
        found.append(("warning", f"throttled in {container.throttled:.0%} of its CPU periods"))
    if (container.oom_kills_recently or 0) > 0.5:
        found.append(("critical", "a process was killed for want of memory in the last 15 minutes"))
    restarts = container.restarts_recently or 0
    if restarts > 0.5:
        level: Status = "critical" if restarts > CRASH_LOOP else "warning"
        found.append((level, f"restarted about {round(restarts)} × in the last 15 minutes"))
    return verdict(found)


def _lifecycle(container: Container, record: ContainerRecord | None) -> list[Finding]:
    match container.state:
        case "dead":
            return [("critical", "dead: the engine could not remove it")]
        case "restarting":
            return [("critical", "the engine keeps restarting it")]
        case "paused":
            return [("warning", "paused")]
        case "exited" if record is not None and record.exit_code:
            signal = _TOLD_TO_STOP.get(record.exit_code)
            why = f", stopped by {signal}" if signal else ""
            return [("warning", f"exited with code {record.exit_code}{why}")]
    return []


def host(host: Host, unreachable: str) -> tuple[Status, tuple[str, ...]]:
    """Of a host. `unreachable`: why its probe does not answer, or ""."""
    if unreachable:
        return "unknown", (unreachable,)
    found = _near("memory", host.metrics.memory, host.memory_total)
    found += _near("cpu", host.metrics.cpu, host.cores)
    found += [
        ("warning", f"{item.capability}: {item.reason}")
        for item in host.degraded
        if item.capability.startswith(("collector ", "host id"))
    ]
    return verdict(found)


def _near(what: str, used: float | None, limit: float | None) -> list[Finding]:
    if used is None or not limit or used < NEAR_LIMIT * limit:
        return []
    level: Status = "critical" if used >= AT_LIMIT * limit and what == "memory" else "warning"
    return [(level, f"{what} at {used / limit:.0%} of what it may use")]
