"""The fields that a query can name: what they hold and what they are compared with."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal, get_args

from promscope_api.graph.model import NodeKind, Status
from promscope_api.query.quantity import Unit

#: `label.app`, by the label's own name or as Prometheus has it (`label.com_example_owner`).
LABEL = "label."
_STATES = (
    "created", "running", "paused", "restarting", "exited", "dead", "up", "down", "outside",
    "mixed", "unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """`choices`: the only values there are; `unit`: it is a number of that unit; `share`: it can
    be compared in per cent of what the node may use (its limit, or else its host's capacity).
    """

    name: str
    description: str
    kind: Literal["text", "choice", "number"] = "text"
    choices: tuple[str, ...] = ()
    unit: Unit = "count"
    share: bool = False

    @property
    def operators(self) -> tuple[str, ...]:
        """Those that make sense, the most usual first."""
        if self.kind == "number":
            return (">", "<", ">=", "<=", "=", "!=")
        return (":", "=", "!=") if self.kind == "choice" else (":", "=", "!=", "~", "!~")


def _choice(name: str, description: str, choices: tuple[str, ...]) -> Field:
    return Field(name, description, "choice", choices)


def _number(name: str, description: str, unit: Unit = "count", *, share: bool = False) -> Field:
    return Field(name, description, "number", unit=unit, share=share)


_TEXTS = {
    "name": "name of the container, host, command or peer",
    "id": "node id, or a container's own id",
    "reason": "why the status is what it is",
    "image": "image with its tag",
    "image_id": "digest of the image",
    "host": "name of the host it is on",
    "project": "compose project",
    "service": "compose service",
    "pod": "Kubernetes pod",
    "namespace": "Kubernetes namespace",
    "network": "network mode, and networks it is in",
    "address": "IP addresses",
    "port": "published ports, such as 8080/tcp",
    "mount": "sources and destinations of mounts",
    "environment": "names of environment variables",
    "command": "command of a group of processes",
    "owner": "container or host that processes run in",
    "os": "operating system of a host",
    "kernel": "kernel of a host",
    "arch": "architecture of a host",
    "instance": "scrape target of a host's probe",
    "probe": "version of a host's probe",
    "started": "when it was started, in ISO 8601",
    "created": "when it was created, in ISO 8601",
    "booted": "when the host was booted, in ISO 8601",
}

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        _choice("kind", "what it is", get_args(NodeKind)),
        _choice("status", "how well it is", get_args(Status)),
        _choice("state", "state of a container or host", _STATES),
        _choice("health", "result of the health check", ("healthy", "unhealthy", "starting")),
        *(Field(name, description) for name, description in _TEXTS.items()),
        _number("cpu", "CPU in use", "cores", share=True),
        _number("memory", "memory in use", "bytes", share=True),
        _number("network_receive", "bytes received", "bytes_per_second"),
        _number("network_transmit", "bytes sent", "bytes_per_second"),
        _number("disk_read", "bytes read from disk", "bytes_per_second"),
        _number("disk_write", "bytes written to disk", "bytes_per_second"),
        _number("processes", "number of processes"),
        _number("connections", "open connections"),
        _number("open_fds", "open files"),
        _number("threads", "threads"),
    )
}


def field(name: str) -> Field | None:
    """The field of this name (case does not matter), None if there is none."""
    lowered = name.lower()
    if lowered.startswith(LABEL) and len(lowered) > len(LABEL):
        return Field(LABEL + name[len(LABEL) :], f"container label {name[len(LABEL) :]}")
    return FIELDS.get(lowered)


def similar(name: str) -> str:
    """A field that may have been meant, or ""."""
    found = difflib.get_close_matches(name.lower(), [*FIELDS, LABEL], 1, 0.6)
    return found[0] if found else ""
