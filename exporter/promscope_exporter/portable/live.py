"""What a node is doing just now, as psutil and the engine know it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import psutil

from promscope_exporter import masking
from promscope_exporter.collectors.registry import Context
from promscope_exporter.live.changes import LiveChanges
from promscope_exporter.live.inspection import LiveInspection
from promscope_exporter.sources.engine import EngineError
from promscope_exporter.sources.processes import TICKS_PER_SECOND
from promscope_exporter.tunnel.queries import Live
from promscope_wire import ids
from promscope_wire.frames import ConnectionRecord, ProcessRecord

_FIELDS = [
    "ppid", "name", "cmdline", "username", "status", "create_time", "cpu_times", "memory_info",
    "num_threads", "num_fds", "cwd", "exe",
]  # fmt: skip


class PortableLive:
    """Processes and connections of the host; both raise LookupError for a node that is not here,
    EngineError for a container, whose processes are not seen from here."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def processes(self, node: str) -> list[ProcessRecord]:
        self._check(node)
        return [self._record(process) for process in _present()]

    def connections(self, node: str) -> list[ConnectionRecord]:
        """Of the processes that may be looked at: all for root."""
        self._check(node)
        found: list[ConnectionRecord] = []
        for process in _present():
            try:
                command = process.name()
                for one in process.net_connections("inet"):
                    if one.laddr and one.raddr:
                        is_tcp = one.type == socket.SOCK_STREAM
                        found.append(
                            ConnectionRecord(
                                owner=node,
                                protocol="tcp" if is_tcp else "udp",
                                state=one.status.lower() if is_tcp else "connected",
                                local_ip=one.laddr.ip,
                                local_port=one.laddr.port,
                                remote_ip=one.raddr.ip,
                                remote_port=one.raddr.port,
                                pid=process.pid,
                                process=command,
                            )
                        )
            except (psutil.Error, OSError):
                continue
        return found

    def _check(self, node: str) -> None:
        if node == self._context.host.node:
            return
        container = self._context.inventory.containers().get(node)
        if container is None or container.removed:
            raise LookupError(node)
        raise EngineError(
            "on this system the inside of containers cannot be seen: they run in a virtual machine"
            " of the engine; run an exporter there"
        )

    def _record(self, process: psutil.Process) -> ProcessRecord:
        known = process.as_dict(_FIELDS)
        cpu, memory, started = known["cpu_times"], known["memory_info"], known["create_time"] or 0.0
        line = masking.command_line(known["cmdline"] or [])
        host = self._context.host
        return ProcessRecord(
            node=ids.process(host.id, process.pid, int(started * TICKS_PER_SECOND)),
            pid=process.pid,
            parent=known["ppid"] or 0,
            owner=host.node,
            command=known["name"] or "",
            command_line=line,
            user=known["username"] or "",
            state=known["status"] or "",
            started=started,
            cpu_seconds=cpu.user + cpu.system if cpu else 0.0,
            resident_bytes=memory.rss if memory else 0,
            virtual_bytes=memory.vms if memory else 0,
            threads=known["num_threads"] or 0,
            open_fds=known["num_fds"],
            working_directory=known["cwd"] or "",
            executable=known["exe"] or "",
        )


def answers(context: Context) -> Live:
    """What the probe can tell about its own host."""
    live = PortableLive(context)
    return Live(live.processes, live.connections, LiveInspection(context), LiveChanges(context))


def _present() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        if process.is_running():
            yield process
