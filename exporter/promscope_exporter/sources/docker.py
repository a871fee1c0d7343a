"""Follows the Docker Engine: keeps the inventory equal to what the engine has.

The event stream is opened first and the list taken after it, so nothing in between is missed.
Each event has its container inspected once more; an inspection that takes long (the engine
locks a container while it starts) is preceded by what the event itself tells.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing

import msgspec

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources import docker_record
from promscope_exporter.sources.docker_record import Unreadable
from promscope_exporter.sources.engine import Engine, EngineError, NotFound
from promscope_exporter.status import Status
from promscope_wire import ids
from promscope_wire.frames import ContainerRecord

PATIENCE_SECONDS = 0.05
PING_SECONDS = 10.0
FIRST_BACKOFF_SECONDS = 0.25
LAST_BACKOFF_SECONDS = 10.0
MAX_QUEUED_EVENTS = 10_000
_PARALLEL_INSPECTIONS = 8

_IGNORED_WORDS = (
    "attach archive-path commit copy detach exec_create exec_detach exec_die exec_start export"
    " extract-to-dir resize top cleanup mount unmount exec init sync"
)
_IGNORED = frozenset(_IGNORED_WORDS.split())
#: Podman's words for what Docker calls otherwise.
_WORDS = {"died": "die", "remove": "destroy"}
_STATE_AFTER = {
    "start": "running",
    "restart": "running",
    "unpause": "running",
    "pause": "paused",
    "die": "exited",
    "stop": "exited",
}

log = logging.getLogger(__name__)


class _Actor(msgspec.Struct):
    id: str = msgspec.field(default="", name="ID")
    attributes: dict[str, str] = msgspec.field(default_factory=dict, name="Attributes")


class _Event(msgspec.Struct):
    type: str = msgspec.field(default="", name="Type")
    action: str = msgspec.field(default="", name="Action")
    actor: _Actor = msgspec.field(default_factory=_Actor, name="Actor")
    time_nano: int = msgspec.field(default=0, name="timeNano")


_event = msgspec.json.Decoder(_Event)


class _Overrun(EngineError):
    """Events came faster than they could be followed."""


class DockerFollower:
    """`run` it as a task on the event loop for as long as the probe lives."""

    def __init__(
        self,
        engine: Engine,
        inventory: Inventory,
        status: Status,
        ping_seconds: float = PING_SECONDS,
        first_backoff_seconds: float = FIRST_BACKOFF_SECONDS,
    ) -> None:
        self._engine = engine
        self._inventory = inventory
        self._status = status
        self._ping_seconds = ping_seconds
        self._first_backoff = first_backoff_seconds
        self._backoff = first_backoff_seconds
        self._gate = asyncio.Semaphore(_PARALLEL_INSPECTIONS)
        self._again: dict[str, _Event | None] = {}
        self._unsure: set[str] = set()
        self._opened = self._following = False
        #: Set once the first attempt is over: the inventory is what can be known.
        self.settled = asyncio.Event()

    @property
    def _runtime(self) -> str:
        return docker_record.PODMAN if self._engine.is_podman else docker_record.DOCKER

    async def run(self) -> None:
        """Connect, follow, reconnect with backoff; ends only by cancellation."""
        while True:
            self._following = False
            try:
                await self._session()
            except* (EngineError, Unreadable) as errors:
                await self._lost(errors.exceptions[0])
            except* Exception:
                log.exception("following the Docker Engine failed; it starts anew")
            self.settled.set()
            if _ending():
                raise asyncio.CancelledError
            await asyncio.sleep(self._backoff)
            self._backoff = min(self._backoff * 2, LAST_BACKOFF_SECONDS)

    async def _lost(self, error: BaseException) -> None:
        """A session ended. One that worked may have only lost its stream: ask the engine."""
        reason = str(error)
        if self._following or isinstance(error, _Overrun):
            self._status.events_lost("docker")
            try:
                await self._engine.ping()
            except EngineError as unreachable:
                reason = str(unreachable)
            else:
                log.info("following the Docker Engine anew: %s", reason)
                return
        self._inventory.unreachable.add(self._engine.address)
        self._status.capability("docker", False, reason)
        if self._opened:
            self._inventory.stale[self._engine.address] = reason

    async def _session(self) -> None:
        self._again.clear()
        events: asyncio.Queue[_Event] = asyncio.Queue(MAX_QUEUED_EVENTS)
        opened = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            await self._engine.ping()
            tasks.create_task(self._read(events, opened))
            await opened.wait()
            await self._sync()
            self._opened = self._following = True
            self._backoff = self._first_backoff
            self._inventory.stale.pop(self._engine.address, None)
            self._inventory.unreachable.discard(self._engine.address)
            self._status.capability("docker", not self._inventory.unreachable)
            self.settled.set()
            tasks.create_task(self._ping(tasks))
            while True:
                self._handle(await events.get(), tasks)

    async def _read(self, events: asyncio.Queue[_Event], opened: asyncio.Event) -> None:
        async with aclosing(self._engine.events(type=["container", "network"])) as stream:
            async for line in stream:
                if not line:
                    opened.set()
                    continue
                try:
                    event = _event.decode(line)
                except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                    raise EngineError(f"an event of the engine is unreadable: {error}") from error
                try:
                    events.put_nowait(event)
                except asyncio.QueueFull:
                    raise _Overrun("events come faster than they can be followed") from None
        raise EngineError(f"the engine at {self._engine.address} ended the event stream")

    async def _ping(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            await asyncio.sleep(self._ping_seconds)
            await self._engine.ping()
            for container_id in list(self._unsure):
                self._refresh(container_id, None, tasks)

    async def _sync(self) -> None:
        items = docker_record.listed(await self._engine.get("/containers/json", all="1"))
        records = await asyncio.gather(*map(self._describe, items))
        present = (record for record in records if record is not None)
        self._inventory.replace(present, self._engine.address)

    async def _describe(self, item: docker_record.Listed) -> ContainerRecord | None:
        try:
            return await self._inspect(item.id)
        except NotFound:
            return None
        except (EngineError, Unreadable) as error:
            log.warning("a container cannot be inspected: %s", error)
            self._unsure.add(item.id)
        try:
            record = docker_record.from_listed(item, self._runtime)
        except Unreadable as error:
            log.warning("a container is left out: %s", error)
            return None
        known = self._inventory.containers().get(record.node)
        if known is not None and not known.removed:
            # the list has neither pid nor restarts: those of before are nearer to the truth
            record = msgspec.structs.replace(known.record, name=record.name, state=record.state)
        return self._shown(record)

    async def _inspect(self, container_id: str) -> ContainerRecord | None:
        """None: the container is not to be shown."""
        async with self._gate:
            answer = await self._engine.get(f"/containers/{container_id}/json")
        self._unsure.discard(container_id)
        return self._shown(docker_record.from_inspect(answer, self._runtime))

    def _shown(self, record: ContainerRecord) -> ContainerRecord | None:
        if docker_record.opted_out(record):
            self._inventory.hide(record.node)
            return None
        return record

    def _handle(self, event: _Event, tasks: asyncio.TaskGroup) -> None:
        action = event.action.partition(":")[0].strip()
        container_id = event.actor.id
        if event.type == "network":
            if action not in ("connect", "disconnect"):
                return
            container_id = event.actor.attributes.get("container", "")
            action = f"network_{action}"
        action = _WORDS.get(action, action)
        if action in _IGNORED:
            return
        try:
            node = ids.container(container_id)
        except ids.InvalidId:
            return
        event.action = action
        if event.type == "container":
            self._inventory.count(node, action)
        if action == "destroy":
            self._again.pop(container_id, None)
            self._unsure.discard(container_id)
            self._inventory.remove(action, node)
        elif action != "kill":
            self._refresh(container_id, event, tasks)

    def _refresh(self, container_id: str, event: _Event | None, tasks: asyncio.TaskGroup) -> None:
        """Inspect it; while one inspection runs, a later event asks for exactly one more."""
        if container_id in self._again:
            self._again[container_id] = event
            if event is not None:
                self._foretell(container_id, event)
            return
        self._again[container_id] = None
        tasks.create_task(self._inspect_until_quiet(container_id, event))

    async def _inspect_until_quiet(self, container_id: str, event: _Event | None) -> None:
        while container_id in self._again:
            inspection = asyncio.ensure_future(self._inspect(container_id))
            try:
                await asyncio.wait({inspection}, timeout=PATIENCE_SECONDS)
                if event is not None and not inspection.done():
                    self._foretell(container_id, event)
                record = await inspection
            except NotFound:
                self._inventory.remove("destroy", ids.container(container_id))
            except (EngineError, Unreadable) as error:
                log.warning("a container cannot be inspected: %s", error)
                self._unsure.add(container_id)
            else:
                # a destroy event meanwhile has taken the container out of _again
                if record is not None and container_id in self._again:
                    self._update(event.action if event else "sync", record)
            finally:
                inspection.cancel()
            event = self._again.get(container_id)
            if event is None:
                self._again.pop(container_id, None)
            else:
                self._again[container_id] = None

    def _foretell(self, container_id: str, event: _Event) -> None:
        """Tell what the event itself says, ahead of the inspection."""
        node = ids.container(container_id)
        known = self._inventory.containers().get(node)
        if known is None and event.action == "create":
            attributes: Mapping[str, str] = event.actor.attributes
            when = event.time_nano / 1e9
            record = docker_record.from_event(container_id, attributes, when, self._runtime)
            if self._shown(record) is not None:
                self._update("create", record)
        elif known is not None and not known.removed and event.action in _STATE_AFTER:
            state = _STATE_AFTER[event.action]
            self._update(event.action, msgspec.structs.replace(known.record, state=state))

    def _update(self, event: str, record: ContainerRecord) -> None:
        self._inventory.update(event, record, self._engine.address)


def _ending() -> bool:
    """Whether the running task was cancelled: a group that fails at that moment swallows it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
