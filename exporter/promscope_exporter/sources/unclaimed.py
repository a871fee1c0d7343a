"""Containers that no engine's API explains (containerd, CRI-O), recognised from control groups.

What they are is what /proc tells of their first process. Containers of Docker and Podman are left
to their engines: only those know whether one has opted out. Sources: cgroups(7), proc(5), the
cgroup names of the kubelet (pkg/kubelet/cm) and the command line of containerd's shim.
"""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import suppress

from promscope_exporter import masking
from promscope_exporter.inventory import Inventory
from promscope_exporter.sources import machine
from promscope_exporter.sources.cgroup import Cgroups, container_ids
from promscope_exporter.sources.limits import limits
from promscope_exporter.sources.processes import TICKS_PER_SECOND, Stat, parse_stat
from promscope_exporter.sources.procfs import Procfs
from promscope_wire import ids
from promscope_wire.frames import ContainerRecord

LOOK_SECONDS = 10.0
#: Seen in so many looks before it is told: an engine may yet tell of it, and know more.
LOOKS = 2
POD_UID = "io.kubernetes.pod.uid"

_ENGINES_OWN = re.compile(r"/docker[-/]|/libpod")
_BY_SCOPE = {"cri-containerd-": "containerd", "crio-": "cri-o"}
_POD = re.compile(r"pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})")
_MAX_SETTINGS = 256

log = logging.getLogger(__name__)


class UnclaimedFollower:
    """`run` it as a task on the event loop for as long as the probe lives.

    A look lists /proc; only processes that are new to it cost more than that.
    """

    def __init__(
        self,
        procfs: Procfs,
        cgroups: Cgroups,
        inventory: Inventory,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._procfs = procfs
        self._cgroups = cgroups
        self._inventory = inventory
        self._look_seconds = look_seconds
        self._groups: dict[int, tuple[str, ...]] = {}
        self._young: set[int] = set()
        self._looks: dict[str, int] = {}
        self._told: dict[str, str] = {}
        self._shared: dict[str, str] = {}

    async def run(self) -> None:
        """Look, tell the inventory, wait; ends only by cancellation."""
        while True:
            try:
                records = await asyncio.to_thread(self.look)
                self._tell(records)
            except OSError as error:
                log.debug("containers without an engine are not looked for: %s", error)
            await asyncio.sleep(self._look_seconds)

    def look(self) -> dict[str, ContainerRecord | None]:
        """The containers without an engine by full id: the record of one that is to be told,
        None for one that was told before. Raises OSError when /proc cannot be listed."""
        pids = self._procfs.pids()
        known, self._groups = self._groups, {}
        before, self._young = self._young, set()
        together: dict[tuple[str, ...], list[int]] = {}
        for pid in pids:
            inside = known.get(pid)
            if inside is None or pid in before:
                # a runtime moves a process that it has just made
                if inside is None:
                    self._young.add(pid)
                with suppress(OSError):
                    inside = self._cgroups.container_ids(pid)
            if inside is None:
                continue
            self._groups[pid] = inside
            if inside:
                together.setdefault(inside, []).append(pid)
        members: dict[str, list[int]] = {}
        for inside, some in together.items():
            if not self._is_claimed(inside):
                members.setdefault(inside[-1], []).extend(some)
        self._looks = {one: self._looks.get(one, 0) + 1 for one in members}
        self._shared = {space: one for space, one in self._shared.items() if one in members}
        found: dict[str, ContainerRecord | None] = {}
        for container_id, inside_it in sorted(members.items(), key=lambda item: min(item[1])):
            if container_id in self._told:
                found[container_id] = None
            elif self._looks[container_id] >= LOOKS:
                with suppress(OSError, ValueError, IndexError):  # it ended meanwhile
                    record = self._describe(container_id, inside_it)
                    if record is not None:
                        found[container_id] = record
        return found

    def _tell(self, found: dict[str, ContainerRecord | None]) -> None:
        for container_id, node in list(self._told.items()):
            if container_id not in found:
                del self._told[container_id]
                known = self._inventory.containers().get(node)
                if known is not None and not known.engine:
                    self._inventory.remove("exit", node)
        for container_id, record in found.items():
            if record is not None:
                self._told[container_id] = record.node
                self._inventory.update("sync", record)

    def _is_claimed(self, inside: tuple[str, ...]) -> bool:
        nodes = [ids.container(one) for one in inside]
        if any(map(self._inventory.hidden, nodes)):
            return True
        known = self._inventory.containers()
        others = [
            known[node] for node in nodes if node in known and node not in self._told.values()
        ]
        return not all(one.removed for one in others)

    def _describe(self, container_id: str, pids: list[int]) -> ContainerRecord | None:
        """None: it is an engine's own."""
        stats = {pid: parse_stat(self._procfs.record(f"{pid}/stat")) for pid in pids}
        first = min(stats, key=lambda pid: (stats[pid].parent in stats, stats[pid].start, pid))
        text = self._procfs.read(f"{first}/cgroup").decode("utf-8", "replace")
        runtime = self._runtime(text, stats[first])
        if container_id not in container_ids(text) or not runtime:
            return None
        boot_time = machine.stat(self._procfs.read("stat")).boot_time
        started = boot_time + stats[first].start / TICKS_PER_SECOND
        pod = _POD.search(text)
        group = self._cgroups.group(first, container_id)
        cores, memory, tasks = limits(group) if group else (None, None, None)
        return ContainerRecord(
            node=ids.container(container_id),
            id=container_id,
            name=container_id[:12],
            image="",
            image_id="",
            state="running",
            created=started,
            started=started,
            runtime=runtime,
            pid=first,
            network_mode=self._network_mode(first, container_id),
            labels={POD_UID: pod[1].replace("_", "-")} if pod else {},
            environment=self._environment(first),
            cpu_limit_cores=cores,
            memory_limit_bytes=memory,
            pids_limit=tasks,
            layer=self._layer(first),
        )

    def _runtime(self, text: str, stat: Stat) -> str:
        if _ENGINES_OWN.search(text):
            return ""
        for scope, runtime in _BY_SCOPE.items():
            if scope in text:
                return runtime
        try:
            keeper = self._procfs.read(f"{stat.parent}/cmdline").split(b"\0")
        except OSError:
            return "unknown"
        program = keeper[0].rpartition(b"/")[2]
        if program.startswith(b"containerd-shim"):
            return "" if b"moby" in keeper else "containerd"
        return "cri-o" if program == b"conmon" else "unknown"

    def _network_mode(self, pid: int, container_id: str) -> str:
        """The containers of a pod are guests of the one that was found first."""
        space = self._procfs.link(f"{pid}/ns/net")
        if space is None:
            return ""
        if space in (self._procfs.link("1/ns/net"), self._procfs.link("self/ns/net")):
            return "host"
        owner = self._shared.setdefault(space, container_id)
        return "" if owner == container_id else f"container:{owner}"

    def _environment(self, pid: int) -> dict[str, str]:
        with suppress(OSError):
            raw = self._procfs.read(f"{pid}/environ").decode("utf-8", "replace")
            settings = [one for one in raw.split("\0")[:_MAX_SETTINGS] if "=" in one]
            return {name[:256]: value for name, value in masking.environment(settings).items()}
        return {}

    def _layer(self, pid: int) -> str:
        """Where the root of an overlay keeps what was written (Documentation/filesystems/
        overlayfs.rst)."""
        with suppress(OSError):
            for line in self._procfs.read(f"{pid}/mountinfo").decode(errors="replace").splitlines():
                fields = line.split(" ")
                if len(fields) > 4 and fields[4] == "/":
                    found = re.search(r"[ ,]upperdir=([^,]+)", line)
                    return found[1] if found and line.split(" - ")[-1].startswith("overlay") else ""
        return ""
