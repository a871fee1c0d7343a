"""What is recorded: one typed event, written with the field names of ECS 8.

Sources: the Elastic Common Schema field reference; fields of ours stand under `promscope.`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from promscope_api.security.principal import Principal
from promscope_api.security.request import Request
from promscope_wire.frames import ContainerRecord

Outcome = Literal["success", "failure", "unknown"]

ECS_VERSION = "8.11.0"
MAX_TEXT = 2048

#: First word of the action → ECS event.category and event.type.
_CATEGORIES: Mapping[str, tuple[str, str]] = {
    "container": ("process", "change"),
    "session": ("authentication", "start"),
    "code": ("iam", "creation"),
    "token": ("iam", "change"),
    "user": ("iam", "change"),
    "request": ("web", "access"),
    "tunnel": ("network", "connection"),
    "probe": ("iam", "change"),
    "audit": ("configuration", "info"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to record. `phase` is intent, outcome or denied for actions, else empty."""

    action: str
    outcome: Outcome
    phase: str = ""
    reason: str = ""
    problem: str = ""
    principal: Principal | None = None
    request: Request | None = None
    operation_id: str = ""
    node: str = ""
    host_id: str = ""
    container: ContainerRecord | None = None
    details: Mapping[str, int | str] = field(default_factory=dict)

    def fields(self, moment: float) -> dict[str, Any]:
        """The record at Unix time `moment`; empty fields are left out, long ones cut."""
        category, kind = _CATEGORIES[self.action.partition("-")[0]]
        wanted: dict[str, Any] = {
            "@timestamp": datetime.fromtimestamp(moment, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "ecs.version": ECS_VERSION,
            "event.kind": "event",
            "event.category": [category],
            "event.type": ["denied" if self.phase == "denied" else kind],
            "event.action": self.action,
            "event.outcome": self.outcome,
            "event.reason": self.reason,
            "promscope.operation.id": self.operation_id,
            "promscope.operation.phase": self.phase,
            "promscope.problem": self.problem,
            "promscope.node": self.node,
            "host.id": self.host_id,
            **self._who(),
            **self._what(),
            **{f"promscope.{key}": value for key, value in self.details.items()},
        }
        return {key: _clean(value) for key, value in wanted.items() if value not in ("", [], None)}

    def _who(self) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if self.principal is not None:
            fields["user.name"] = self.principal.name
            fields["user.roles"] = list(self.principal.roles)
            fields["promscope.authentication"] = self.principal.method
            fields["promscope.session.id"] = self.principal.session
            fields["promscope.token.id"] = self.principal.token
        if self.request is not None:
            fields["source.ip"] = self.request.peer
            fields["user_agent.original"] = self.request.user_agent[:512]
            fields["http.request.method"] = self.request.method
            fields["url.path"] = self.request.path
            fields["promscope.transport"] = self.request.transport
        return fields

    def _what(self) -> dict[str, Any]:
        if self.container is None:
            return {}
        return {
            "container.id": self.container.id,
            "container.name": self.container.name,
            "container.image.name": self.container.image,
        }


def _clean(value: Any) -> Any:
    """Text that any JSON reader takes: cut, and lone surrogates written as escapes."""
    if isinstance(value, str):
        text = value if len(value) <= MAX_TEXT else f"{value[:MAX_TEXT]}…"
        return text.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_clean(item) for item in value[:64]]
    return value
