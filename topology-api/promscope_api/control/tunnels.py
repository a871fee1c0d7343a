"""Which probes are connected now, what they last told, and how to ask them for something."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

import msgspec

from promscope_api.control.streams import Live, NoStream, Streams
from promscope_api.control.tunnel import Tunnel, offline
from promscope_wire.frames import (
    Activity,
    Answer,
    Change,
    ContainerRecord,
    Control,
    Heartbeat,
    Hello,
    Inventory,
    Outcome,
    Problem,
    Query,
)
from promscope_wire.streams import StreamKind

#: A host whose tunnel is lost is remembered this long, so that an action on one of its
#: containers is answered with "probe offline" and not with "unknown id".
REMEMBER_SECONDS = 3600.0
REMEMBER_HOSTS = 5000

T = TypeVar("T")
log = logging.getLogger(__name__)


class TunnelListener(Protocol):
    """Hears every probe, in order, in the event loop; must not block.

    Only the first of two live probes with one host id is heard. `lost` is told once per
    `connected`.
    """

    def connected(self, hello: Hello) -> None: ...
    def inventory(self, host_id: str, frame: Inventory) -> None: ...
    def change(self, host_id: str, frame: Change) -> None: ...
    def heartbeat(self, host_id: str, frame: Heartbeat, skew_seconds: float) -> None: ...
    def lost(self, host_id: str) -> None: ...


class ProbeStatus(msgspec.Struct, frozen=True):
    """One host as the tunnels know it. `skew_seconds`: the probe's clock less this machine's.

    `duplicates` names the live probes beyond the first that claim the same host id
    (`hostname @ address`); while there is one, the host takes no controls.
    """

    host_id: str
    hostname: str
    peer: str
    version: str
    epoch: str
    sequence: int
    control: tuple[str, ...]
    connected: bool
    skew_seconds: float
    containers: int
    duplicates: tuple[str, ...] = ()


class _Host:
    """`live`: the tunnels of this host id, the first one speaks; `last` outlives them.

    `warned`: that it claims a container of another host is in the log.
    """

    def __init__(self, first: Tunnel) -> None:
        self.live: list[Tunnel] = []
        self.last = first
        self.lost_at = 0.0
        self.warned = False


class Tunnels:
    """The registry. A container is of the first live host that tells it; what another live host
    says of it is ignored. Written in the event loop only; `status`, `record`, `host_of` and
    `from_thread` may be called from any thread.
    """

    def __init__(
        self, listener: TunnelListener, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._listener = listener
        self._monotonic = monotonic
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hosts: dict[str, _Host] = {}
        self._owners: dict[str, str] = {}

    def status(self) -> list[ProbeStatus]:
        """Every host that is connected or was within the last hour, by host id."""
        return [_status(host) for _, host in sorted(self._hosts.items())]

    def host_of(self, node: str) -> str | None:
        """The host id of a host's or a container's node, also while its probe is offline."""
        kind, _, rest = node.partition(":")
        if kind == "host":
            return rest if rest in self._hosts else None
        return self._owners.get(node)

    def probe(self, host_id: str) -> ProbeStatus | None:
        host = self._hosts.get(host_id)
        return _status(host) if host else None

    def record(self, node: str) -> ContainerRecord | None:
        """The full record of a container as its probe last told it."""
        host = self._hosts.get(self._owners.get(node, ""))
        return host.last.records.get(node) if host else None

    async def act(
        self,
        host_id: str,
        control: Control,
        seconds: float = 9.0,
        late: Callable[[Outcome], None] = lambda _: None,
    ) -> Outcome:
        """Send a control and wait for its first outcome, at most `seconds`.

        Never queued: with no live tunnel the outcome is a problem `offline`, with two probes of
        one host id `duplicate`, and `unknown` where the tunnel was lost meanwhile. After an
        outcome `running`, `late` is called with the final one (in the event loop).
        """
        host = self._hosts.get(host_id)
        if host is None or not host.live:
            return offline(control.operation_id)
        if len(host.live) > 1:
            return _duplicate(control.operation_id, host)
        return await host.live[0].act(control, seconds, late)

    async def ask(self, host_id: str, query: Query, seconds: float = 5.0) -> Answer:
        """Ask a probe; the answer carries a problem where there is none."""
        host = self._hosts.get(host_id)
        if host is None or not host.live:
            problem = Problem("offline", "The probe has no tunnel to this API now")
            return Answer(query.request_id, problem=problem)
        return await host.live[0].ask(query, seconds)

    async def watch(self, host_id: str, seconds: float) -> list[Activity]:
        """What happens on a host for so long, beginning with the edges that are open. Raises
        ConnectionError where its probe has no tunnel, or loses it."""
        host = self._hosts.get(host_id)
        if host is None or not host.live:
            raise ConnectionError("The probe has no tunnel to this API now")
        tunnel = host.live[0]
        told: list[Activity] = []
        stop = tunnel.watch(told.append)
        try:
            await asyncio.wait([tunnel.ended], timeout=seconds)
        finally:
            stop()
        if tunnel.ended.done() or tunnel not in host.live:
            raise ConnectionError("The connection to the probe was lost")
        return told

    async def open(
        self,
        host_id: str,
        kind: StreamKind,
        node: str,
        operation_id: str,
        parameters: dict[str, Any],
        seconds: float,
    ) -> tuple[Streams, Live]:
        """A stream of a container, once it stands. Raises NoStream."""
        host = self._hosts.get(host_id)
        problem = None
        if host is None or not host.live:
            problem = offline("").problem
        elif len(host.live) > 1:
            problem = _duplicate("", host).problem
        elif not host.live[0].hello.streams:
            detail = "The probe of this host has no streams: update promscope-exporter there."
            problem = Problem("outdated", "The probe is too old", detail)
        if host is None or problem is not None:
            raise NoStream(problem or Problem("offline", "Probe offline"))
        streams = host.live[0].streams
        return streams, await streams.open(kind, node, operation_id, parameters, seconds)

    def from_thread(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `act` or `ask` from a thread that is not the event loop's, and wait for it.

        Raises RuntimeError before the first tunnel: there is nothing to ask then.
        """
        if self._loop is None:
            work.close()
            raise RuntimeError("no probe has ever connected")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def join(self, tunnel: Tunnel) -> None:
        """A probe said hello. A live tunnel of the same start of the probe is replaced."""
        self._loop = asyncio.get_running_loop()
        self._forget()
        host = self._hosts.setdefault(tunnel.host_id, _Host(tunnel))
        for old in list(host.live):
            if old.hello.epoch == tunnel.hello.epoch:
                old.end(4001, "replaced by a newer connection of the same probe")
                self.leave(old)
        host.live.append(tunnel)
        if len(host.live) > 1:
            log.error(
                "two live probes have the host id %s: %s; neither takes controls until one stops"
                " or gets its own --host.id",
                tunnel.host_id,
                ", ".join(_name(one) for one in host.live),
            )
            return
        self._speak(host)

    def leave(self, tunnel: Tunnel) -> None:
        """The tunnel ended; may be called twice."""
        tunnel.abandon()
        host = self._hosts.get(tunnel.host_id)
        if host is None or tunnel not in host.live:
            return
        spoke = host.live[0] is tunnel
        host.live.remove(tunnel)
        if not spoke:
            return
        host.lost_at = self._monotonic()
        self._tell("lost", tunnel.host_id)
        if host.live:
            self._speak(host)

    def inventory(self, tunnel: Tunnel, frame: Inventory) -> None:
        tunnel.take_inventory(frame)
        if self._speaks(tunnel):
            self._own(tunnel)

    def change(self, tunnel: Tunnel, frame: Change) -> None:
        if not tunnel.take_change(frame) or not self._speaks(tunnel):
            return
        if self._is_of_another(frame.node, tunnel.host_id):
            return
        if frame.container is not None:
            self._owners[frame.node] = tunnel.host_id
        elif self._owners.get(frame.node) == tunnel.host_id:
            del self._owners[frame.node]
        self._tell("change", tunnel.host_id, frame)

    def heartbeat(self, tunnel: Tunnel, frame: Heartbeat) -> None:
        tunnel.skew_seconds = frame.wall_clock - time.time()
        if self._speaks(tunnel):
            self._tell("heartbeat", tunnel.host_id, frame, tunnel.skew_seconds)

    def _speaks(self, tunnel: Tunnel) -> bool:
        host = self._hosts.get(tunnel.host_id)
        return bool(host and host.live and host.live[0] is tunnel)

    def _speak(self, host: _Host) -> None:
        """The first live tunnel is the host's voice from now on."""
        tunnel = host.live[0]
        if not tunnel.synced:
            tunnel.records = host.last.records
        host.last = tunnel
        self._tell("connected", tunnel.hello)
        if tunnel.synced:
            self._own(tunnel)

    def _own(self, tunnel: Tunnel) -> None:
        """The host has what its inventory says, less what another live host has."""
        mine = tunnel.host_id
        for node in [node for node, owner in self._owners.items() if owner == mine]:
            del self._owners[node]
        records = {
            node: record
            for node, record in tunnel.records.items()
            if not self._is_of_another(node, mine)
        }
        self._owners.update(dict.fromkeys(records, mine))
        frame = Inventory(tunnel.hello.epoch, tunnel.sequence, tuple(records.values()))
        self._tell("inventory", mine, frame)

    def _is_of_another(self, node: str, host_id: str) -> bool:
        """Whether another live host has this container; if so, the log has it once per host."""
        owner = self._owners.get(node, host_id)
        if owner == host_id or not self._hosts[owner].live:
            return False
        host = self._hosts[host_id]
        if not host.warned:
            host.warned = True
            log.error(
                "the probe of host %s claims %s, which is of the live host %s: ignored, and so is"
                " every further claim of this kind",
                host_id,
                node,
                owner,
            )
        return True

    def _forget(self) -> None:
        """Drop hosts that were lost too long ago, and the oldest above the limit."""
        lost = sorted(
            (host.lost_at, host_id) for host_id, host in self._hosts.items() if not host.live
        )
        horizon = self._monotonic() - REMEMBER_SECONDS
        excess = len(self._hosts) - REMEMBER_HOSTS
        gone = {host_id for n, (at, host_id) in enumerate(lost) if at < horizon or n < excess}
        if gone:
            self._owners = {node: one for node, one in self._owners.items() if one not in gone}
            for host_id in gone:
                del self._hosts[host_id]

    def _tell(self, what: str, *arguments: object) -> None:
        try:
            getattr(self._listener, what)(*arguments)
        except Exception:
            log.exception("the listener of the tunnels failed at %s", what)


def _status(host: _Host) -> ProbeStatus:
    live = list(host.live)
    tunnel = live[0] if live else host.last
    return ProbeStatus(
        host_id=tunnel.host_id,
        hostname=tunnel.hello.hostname,
        peer=tunnel.peer,
        version=tunnel.hello.version,
        epoch=tunnel.hello.epoch,
        sequence=tunnel.sequence,
        control=tunnel.hello.control,
        connected=bool(live),
        skew_seconds=tunnel.skew_seconds,
        containers=len(tunnel.records),
        duplicates=tuple(map(_name, live[1:])),
    )


def _duplicate(operation_id: str, host: _Host) -> Outcome:
    names = ", ".join(map(_name, host.live))
    detail = (
        f"Several live probes say they are this host ({names}), so nothing was done. Stop one, or"
        " give it an id of its own with --host.id."
    )
    return Outcome(operation_id, "failed", Problem("duplicate", "Duplicate host id", detail))


def _name(tunnel: Tunnel) -> str:
    return f"{tunnel.hello.hostname} @ {tunnel.peer}"
