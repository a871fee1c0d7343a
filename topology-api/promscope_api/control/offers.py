"""What can be done to a container, and for each thing why not: the page's (greyed) buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from promscope_api.control.tunnels import ProbeStatus
from promscope_api.security.policy import Policy, permission_of
from promscope_api.security.principal import Principal
from promscope_wire.frames import ContainerRecord

#: The actions that do no harm that a better one does not do; all but `update` need no parameter.
BUTTONS = ("start", "stop", "pause", "unpause", "restart", "remove", "update")

_LABELS = {
    "start": "Start",
    "stop": "Stop",
    "pause": "Pause",
    "unpause": "Resume",
    "restart": "Restart",
    "remove": "Remove",
    "update": "Limits",
    "logs": "Logs",
    "exec": "Terminal",
    "files": "Files",
}

#: In which states the engine carries an action out.
_STATES: Mapping[str, frozenset[str]] = {
    "start": frozenset(("created", "exited")),
    "stop": frozenset(("running", "paused", "restarting")),
    "pause": frozenset(("running",)),
    "unpause": frozenset(("paused",)),
    "restart": frozenset(("running", "restarting", "created", "exited")),
    "kill": frozenset(("running", "paused", "restarting")),
    "rename": frozenset(("created", "running", "paused", "restarting", "exited", "dead")),
    "remove": frozenset(("created", "exited", "dead")),
    "update": frozenset(("created", "running", "paused", "restarting", "exited")),
    "logs": frozenset(("created", "running", "paused", "restarting", "exited", "dead")),
    "exec": frozenset(("running",)),
    "files": frozenset(("created", "running", "paused", "restarting", "exited", "dead")),
}


class Offer(msgspec.Struct, frozen=True):
    """One action on one node. `reason` says why it is not allowed (empty where it is);
    `confirm` is the question to ask before it is done, empty where none is needed.
    """

    action: str
    label: str
    allowed: bool
    reason: str
    confirm: str


def offers(
    policy: Policy,
    labels: Mapping[str, str],
    principal: Principal | None,
    node: str,
    record: ContainerRecord | None,
    probe: ProbeStatus | None,
    actions: Sequence[str] = BUTTONS,
) -> list[Offer]:
    """These actions (or kinds of streams) for a container's node; nothing for any other kind."""
    if not node.startswith("container:"):
        return []
    return [_offer(policy, labels, one, principal, record, probe) for one in actions]


def _offer(
    policy: Policy,
    labels: Mapping[str, str],
    action: str,
    principal: Principal | None,
    record: ContainerRecord | None,
    probe: ProbeStatus | None,
) -> Offer:
    decision = policy.decide(principal, permission_of(action), labels)
    reason = why_not(action, record, probe) if decision.allowed else decision.reason
    confirm = ""
    if action == "remove":
        name = record.name if record else "this container"
        confirm = f"Remove {name}? What it wrote outside its volumes is lost."
    return Offer(action, _LABELS[action], not reason, reason, confirm)


def why_not(action: str, record: ContainerRecord | None, probe: ProbeStatus | None) -> str:
    """Why an action that the caller may do cannot be done now; empty where it can."""
    permission = permission_of(action)
    if probe is None or record is None:
        return "scrape only: no probe of this container's host has a tunnel to this API"
    if not probe.connected:
        return f"the probe of {probe.hostname} is offline"
    if probe.duplicates:
        return f"another live probe claims the host id of {probe.hostname}; resolve that first"
    if permission not in probe.control:
        return f"the probe of {probe.hostname} does not allow it (--control={permission})"
    if record.labels.get(f"promscope.{action}", "").strip().lower() in ("false", "no", "off", "0"):
        return f"the container opted out by its label promscope.{action}"
    if record.state not in _STATES[action]:
        if action == "remove" and record.state in ("running", "paused", "restarting"):
            return f"the container is {record.state}: stop it first"
        return f"the container is {record.state}"
    return ""
