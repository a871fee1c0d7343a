"""Programs that begin and end in containers, told within a moment (docs/tunnel.md)."""

from __future__ import annotations

import logging
import threading

from promscope_exporter.activity import BATCH_SECONDS, IDLE_SECONDS
from promscope_exporter.collectors.registry import Context
from promscope_exporter.sources.cgroup import Cgroups
from promscope_exporter.sources.processes import text
from promscope_exporter.sources.procevents import ProcEvent, ProcEvents
from promscope_wire import ids
from promscope_wire.frames import ProcessEvent

#: So many programs are looked at per second; more are counted as lost.
MAX_PER_SECOND = 1000
_MAX_KNOWN = 10_000

log = logging.getLogger(__name__)


class ProcessNews:
    """A thread that listens to the kernel while somebody listens to it. Of interest are the
    containers; the programs of the host itself are many and its own business."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._cgroups = Cgroups(context.procfs, context.settings.sysfs)
        self._known: dict[int, tuple[str, str]] = {}
        self._events: ProcEvents | None = None
        self._refused = False
        self._read_at = context.clock.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="process-events", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def take(self, events: list[ProcEvent], lost: int) -> None:
        """Tell of a batch; `lost`: the kernel had to drop some before."""
        told = []
        now = self._context.clock.monotonic()
        looks, self._read_at = MAX_PER_SECOND * max(now - self._read_at, BATCH_SECONDS), now
        for event in events:
            if event.kind == "exit":
                known = self._known.pop(event.pid, None)
            elif looks >= 1:
                looks -= 1
                known = self._look(event.pid)
            else:
                lost += 1
                continue
            if known is not None:
                told.append(ProcessEvent(event.kind, known[0], event.pid, known[1]))
        self._context.activities.tell(processes=told, lost=lost)

    def _look(self, pid: int) -> tuple[str, str] | None:
        try:
            containers = self._cgroups.container_ids(pid)
            node = next(
                (one for one in map(ids.container, containers) if self._is_shown(one)), None
            )
            if node is None:
                return None
            command = text(self._context.procfs.read(f"{pid}/comm").rstrip(b"\n"))
        except OSError:
            return None  # it has ended already
        if len(self._known) >= _MAX_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[pid] = node, command
        return node, command

    def _is_shown(self, node: str) -> bool:
        inventory = self._context.inventory
        return node in inventory.containers() and not inventory.hidden(node)

    def _run(self) -> None:
        while not self._stop.wait(
            BATCH_SECONDS if self._context.activities.watched else IDLE_SECONDS
        ):
            try:
                self._listen()
            except OSError as error:
                self._refused = True
                self._forget()
                self._context.status.capability("process_events", False, str(error))
            except Exception:
                log.exception("reading the kernel's process events failed")
        self._forget()

    def _listen(self) -> None:
        if not self._context.activities.watched or self._refused:
            self._forget()
            return
        if self._events is None:
            self._events = ProcEvents()
            self._context.status.capability("process_events", True)
        before = self._events.overruns
        events = self._events.read()
        lost = self._events.overruns - before
        for _ in range(lost):
            self._context.status.events_lost("process_events")
        if events or lost:
            self.take(events, lost)

    def _forget(self) -> None:
        if self._events is not None:
            self._events.close()
            self._events = None
        self._known.clear()
