"""What the tunnels say, handed on to the graph process, and told anew when that restarts."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import msgspec

from promscope_api.graph import channel
from promscope_api.live.graph_link import GraphLink
from promscope_wire.frames import Change, ContainerRecord, Heartbeat, Hello, Inventory

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Host:
    hello: Hello
    epoch: str = ""
    sequence: int = 0
    records: dict[str, ContainerRecord] = field(default_factory=dict)


class TunnelFeed:
    """A TunnelListener and a LinkListener; keeps the inventory of connected probes only."""

    def __init__(self, link: GraphLink) -> None:
        self._link = link
        self._hosts: dict[str, _Host] = {}

    def connected(self, hello: Hello) -> None:
        self._hosts[hello.host_id] = _Host(hello)
        self._link.tell("connected", hello=_plain(hello))

    def inventory(self, host_id: str, frame: Inventory) -> None:
        host = self._hosts.get(host_id)
        if host is not None:
            host.epoch, host.sequence = frame.epoch, frame.sequence
            host.records = {record.node: record for record in frame.containers}
        self._link.tell("inventory", host_id=host_id, frame=_plain(frame))

    def change(self, host_id: str, frame: Change) -> None:
        host = self._hosts.get(host_id)
        if host is not None:
            host.epoch, host.sequence = frame.epoch, frame.sequence
            if frame.container is None:
                host.records.pop(frame.node, None)
            else:
                host.records[frame.node] = frame.container
        self._link.tell("change", host_id=host_id, frame=_plain(frame))

    def heartbeat(self, host_id: str, frame: Heartbeat, skew_seconds: float) -> None:  # noqa: ARG002
        self._link.tell("heartbeat", host_id=host_id, skew_seconds=skew_seconds)

    def lost(self, host_id: str) -> None:
        self._hosts.pop(host_id, None)
        self._link.tell("lost", host_id=host_id)

    def graph_started(self) -> None:
        for host_id, host in self._hosts.items():
            try:
                self._tell_all(host_id, host)
            except Exception:
                log.exception("the graph cannot be told of host %s", host_id)

    def _tell_all(self, host_id: str, host: _Host) -> None:
        self._link.tell("connected", hello=_plain(host.hello))
        if host.epoch:
            frame = Inventory(host.epoch, host.sequence, tuple(host.records.values()))
            self._link.tell("inventory", host_id=host_id, frame=_plain(frame))

    def graph_pushed(self, push: channel.Push) -> None: ...

    def layout_moved(self, moved: channel.LayoutMoved) -> None: ...


def _plain(frame: Hello | Inventory | Change) -> object:
    return msgspec.to_builtins(frame)
