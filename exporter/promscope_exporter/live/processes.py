"""The live processes of a node, for the tunnel: too many and too private for Prometheus."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from promscope_exporter import masking
from promscope_exporter.collectors.registry import Context
from promscope_exporter.live.members import Members
from promscope_exporter.sources import machine
from promscope_exporter.sources.processes import (
    PAGE_BYTES,
    TICKS_PER_SECOND,
    ProcessFiles,
    Stat,
    text,
)
from promscope_wire import ids
from promscope_wire.frames import ProcessRecord


class LiveProcesses:
    """Call it with a node id from any thread; it reads /proc anew each time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._procfs = context.procfs
        self._members = Members(context)
        self._files = ProcessFiles(context.procfs)

    def __call__(self, node: str) -> list[ProcessRecord]:
        """The processes of container `node`, or all that may be shown when it is the host.

        Raises LookupError for a node that is not on this host.
        """
        members = self._members(node)
        boot_time = machine.stat(self._procfs.read("stat")).boot_time
        users = _users(self._context.settings.rootfs)
        found = []
        for member in members:
            try:
                found.append(self._record(*member, boot_time, users))
            except (OSError, ValueError, IndexError):
                continue  # it ended meanwhile
        return found

    def _record(
        self, pid: int, stat: Stat, owner: str, boot_time: int, users: dict[int, str]
    ) -> ProcessRecord:
        uid = self._files.user_id(pid)
        open_fds = read = written = None
        with suppress(OSError):
            open_fds = self._files.open_fds(pid)
        with suppress(OSError):
            read, written = self._files.io(pid)
        line = masking.command_line(self._files.command_line(pid))
        # names of users are the host's; a container has its own for the same numbers
        names = users if owner == self._context.host.node else {0: "root"}
        return ProcessRecord(
            node=ids.process(self._context.host.id, pid, stat.start),
            pid=pid,
            parent=stat.parent,
            owner=owner,
            command=text(stat.command),
            command_line=line,
            user=names.get(uid, str(uid)),
            state=text(stat.state),
            started=boot_time + stat.start / TICKS_PER_SECOND,
            cpu_seconds=stat.cpu / TICKS_PER_SECOND,
            resident_bytes=stat.resident * PAGE_BYTES,
            virtual_bytes=stat.virtual,
            threads=stat.threads,
            open_fds=open_fds,
            read_bytes=read,
            written_bytes=written,
            working_directory=self._files.link(pid, "cwd"),
            executable=self._files.link(pid, "exe"),
        )


def _users(rootfs: str) -> dict[int, str]:
    """passwd(5) of the host."""
    names: dict[int, str] = {}
    try:
        lines = Path(rootfs, "etc/passwd").read_text(errors="replace").splitlines()
    except OSError:
        return names
    for line in lines:
        fields = line.split(":")
        if len(fields) > 2 and fields[2].isdecimal():
            names.setdefault(int(fields[2]), fields[0])
    return names
