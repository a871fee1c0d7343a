"""How well a node is, and why: every status carries its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from promscope_api.graph.alerts import Alert, findings
from promscope_api.graph.model import Status
from promscope_api.graph.snapshot import Container, Host
from promscope_api.graph.thresholds import Thresholds
from promscope_wire.frames import ContainerRecord

#: Exit codes of a container that was told to stop (128 + SIGINT, SIGKILL, SIGTERM).
_TOLD_TO_STOP = {130: "SIGINT", 137: "SIGKILL", 143: "SIGTERM"}

_ORDER: dict[Status, int] = {"healthy": 0, "unknown": 1, "warning": 2, "critical": 3}
assert set(_ORDER) == set(get_args(Status))

Finding = tuple[Status, str]


def worst(statuses: Iterable[Status]) -> Status:
    return max(statuses, key=_ORDER.__getitem__, default="healthy")


def verdict(findings: list[Finding]) -> tuple[Status, tuple[str, ...]]:
    """The worst status, and the reasons from the worst to the least."""
    if not findings:
        return "healthy", ()
    findings = sorted(findings, key=lambda finding: -_ORDER[finding[0]])
    return worst(status for status, _ in findings), tuple(reason for _, reason in findings)


def container(
    container: Container,
    record: ContainerRecord | None,
    unreachable: str,
    limits: Thresholds,
    firing: tuple[Alert, ...] = (),
) -> tuple[Status, tuple[str, ...]]:
    """Of a container. `unreachable`: why nothing is known of its host just now, or ""."""
    if unreachable:
        return verdict([("unknown", unreachable), *findings(firing)])
    found = findings(firing) + _lifecycle(container, record)
    if container.health == "unhealthy":
        found.append(("critical", "its health check fails"))
    found += _near("memory", container.metrics.memory, container.memory_limit, limits)
    found += _near("cpu", container.metrics.cpu, container.cpu_limit, limits)
    if (container.throttled or 0) > limits.throttled_warning:
        found.append(("warning", f"throttled in {container.throttled:.0%} of its CPU periods"))
    if (container.oom_kills_recently or 0) > 0.5:
        found.append(("critical", "a process was killed for want of memory in the last 15 minutes"))
    restarts = container.restarts_recently or 0
    if restarts > 0.5:
        level: Status = "critical" if restarts > limits.restarts_critical - 0.5 else "warning"
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


def host(
    host: Host, unreachable: str, limits: Thresholds, firing: tuple[Alert, ...] = ()
) -> tuple[Status, tuple[str, ...]]:
    """Of a host. `unreachable`: why its probe does not answer, or ""."""
    if unreachable:
        return verdict([("unknown", unreachable), *findings(firing)])
    found = findings(firing)
    found += _near("memory", host.metrics.memory, host.memory_total, limits)
    found += _near("cpu", host.metrics.cpu, host.cores, limits)
    found += [
        ("warning", f"{item.capability}: {item.reason}")
        for item in host.degraded
        if item.capability.startswith(("collector ", "host id"))
    ]
    return verdict(found)


def processes(unreachable: str, firing: tuple[Alert, ...] = ()) -> tuple[Status, tuple[str, ...]]:
    """Of the processes of one command."""
    found: list[Finding] = [("unknown", unreachable)] if unreachable else []
    return verdict([*found, *findings(firing)])


def _near(
    what: Literal["cpu", "memory"], used: float | None, limit: float | None, limits: Thresholds
) -> list[Finding]:
    if used is None or not limit:
        return []
    reason = f"{what} at {used / limit:.0%} of what it may use"
    if used >= getattr(limits, f"{what}_critical") * limit:
        return [("critical", reason)]
    return [("warning", reason)] if used >= getattr(limits, f"{what}_warning") * limit else []
