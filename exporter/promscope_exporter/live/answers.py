"""What answers the questions of the API on Linux."""

from __future__ import annotations

from promscope_exporter.collectors.registry import Context
from promscope_exporter.live.changes import LiveChanges
from promscope_exporter.live.connections import LiveConnections
from promscope_exporter.live.inspection import LiveInspection
from promscope_exporter.live.processes import LiveProcesses
from promscope_exporter.tunnel.queries import Live


def answers(context: Context) -> Live:
    """What the probe can tell about its own host."""
    return Live(
        LiveProcesses(context),
        LiveConnections(context),
        LiveInspection(context),
        LiveChanges(context),
    )
