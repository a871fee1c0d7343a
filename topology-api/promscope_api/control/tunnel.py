"""One live tunnel: the probe at its other end, what that probe last told, what it was asked."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable

import msgspec

from promscope_api.control.streams import Streams
from promscope_wire.frames import (
    Activity,
    Answer,
    Change,
    ContainerRecord,
    Control,
    FromApi,
    Hello,
    Inventory,
    Outcome,
    Problem,
    Query,
    Watch,
    encode,
)
from promscope_wire.streams import Credit

#: Frames waiting for a slow probe; a probe that lets them pile up is disconnected.
QUEUE_FRAMES = 512
#: Of these at most so many with bytes of streams, which wait for room instead.
QUEUE_DATA = 64
MAX_CONTAINERS = 20_000
#: Controls told as unknown whose outcome may still come; above it the oldest is forgotten.
MAX_OVERDUE = 256

log = logging.getLogger(__name__)


class TunnelEnded(Exception):
    """The tunnel must be closed with this WebSocket close `code`; the text is the reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Operation:
    """A control in flight: `first` is what its caller waits for, `late` hears what follows a
    `running` or came after its caller was told `unknown`."""

    def __init__(self, late: Callable[[Outcome], None]) -> None:
        self.first: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.late = late

    def settle(self, outcome: Outcome) -> bool:
        """Tell whoever waits; returns whether the operation is over."""
        if not self.first.done():
            self.first.set_result(outcome)
        elif outcome.status != "running":
            self.late(outcome)
        return outcome.status != "running"


class Tunnel:
    """Lives in the event loop of its socket. `send` writes one message and waits until the
    socket has room; `peer` is the probe's address.
    """

    def __init__(
        self, hello: Hello, peer: str, send: Callable[[str | bytes], Awaitable[None]]
    ) -> None:
        self.hello = hello
        self.peer = peer
        self.skew_seconds = hello.wall_clock - time.time()
        self.sequence = -1
        self.records: dict[str, ContainerRecord] = {}
        self.ended: asyncio.Future[TunnelEnded] = asyncio.get_running_loop().create_future()
        self._send = send
        self._queue: asyncio.Queue[FromApi | bytes] = asyncio.Queue(QUEUE_FRAMES)
        self._room = asyncio.Semaphore(QUEUE_DATA)
        self.streams = Streams(self.post, self._send_of_stream)
        self._operations: dict[str, _Operation] = {}
        self._overdue: dict[str, _Operation] = {}
        self._questions: dict[str, asyncio.Future[Answer]] = {}
        self._numbers = itertools.count(1)
        self._watchers: list[Callable[[Activity], None]] = []

    @property
    def host_id(self) -> str:
        return self.hello.host_id

    @property
    def synced(self) -> bool:
        """Whether the probe has sent its inventory."""
        return self.sequence >= 0

    def end(self, code: int, reason: str) -> None:
        """Ask the socket's owner to close the tunnel."""
        if not self.ended.done():
            self.ended.set_result(TunnelEnded(code, reason))

    async def _send_of_stream(self, message: bytes | Credit) -> None:
        """Bytes of streams wait for room; they are never why a probe is disconnected."""
        if isinstance(message, bytes):
            await self._room.acquire()
        self.post(message)

    def post(self, frame: FromApi | bytes) -> bool:
        """Queue a frame; False (and the end of the tunnel) if the probe reads too slowly."""
        try:
            self._queue.put_nowait(frame)
        except asyncio.QueueFull:
            self.end(4413, "the probe reads too slowly")
            return False
        return True

    async def write(self, deadline: float) -> None:
        """Send what is queued, for ever. Raises TunnelEnded when one send takes too long."""
        while True:
            frame = await self._queue.get()
            if isinstance(frame, bytes):
                self._room.release()
            message = frame if isinstance(frame, bytes) else encode(frame)
            try:
                await asyncio.wait_for(self._send(message), deadline)
            except TimeoutError:
                raise TunnelEnded(4413, "the probe reads too slowly") from None

    def take_inventory(self, frame: Inventory) -> None:
        """Raises TunnelEnded for an inventory that is not this probe's."""
        self._check_epoch(frame.epoch)
        self.sequence = frame.sequence
        self.records = {record.node: record for record in frame.containers}

    def take_change(self, frame: Change) -> bool:
        """Apply one change; False if it was known already. Raises TunnelEnded at a gap,
        for a container above the limit and for one that is not `node`."""
        self._check_epoch(frame.epoch)
        if not self.synced or frame.sequence > self.sequence + 1:
            raise TunnelEnded(4409, "a change is missing: connect again with the full inventory")
        if frame.sequence <= self.sequence:
            return False
        if frame.container is not None and frame.container.node != frame.node:
            raise TunnelEnded(4400, "a change of one container with the record of another")
        known = frame.node in self.records
        if frame.container and not known and len(self.records) >= MAX_CONTAINERS:
            raise TunnelEnded(4400, f"a host has at most {MAX_CONTAINERS} containers")
        self.sequence = frame.sequence
        if frame.container is None:
            self.records.pop(frame.node, None)
        else:
            self.records[frame.node] = frame.container
        return True

    def take_outcome(self, outcome: Outcome) -> None:
        """An outcome nobody waits for any more is dropped."""
        for operations in (self._operations, self._overdue):
            operation = operations.get(outcome.operation_id)
            if operation is not None and operation.settle(outcome):
                del operations[outcome.operation_id]

    def take_answer(self, answer: Answer) -> None:
        question = self._questions.pop(answer.request_id, None)
        if question is not None and not question.done():
            question.set_result(answer)

    async def act(
        self, control: Control, seconds: float, late: Callable[[Outcome], None]
    ) -> Outcome:
        """Do it, and wait at most `seconds` for the first outcome; `late` hears one after that."""
        operation = _Operation(late)
        self._operations[control.operation_id] = operation
        if not self.post(control):
            self._operations.pop(control.operation_id, None)
            return offline(control.operation_id)
        done, _ = await asyncio.wait([operation.first], timeout=seconds)
        if done:
            return operation.first.result()
        told = unknown(control.operation_id, f"The probe did not answer within {seconds:.0f} s.")
        operation.settle(told)
        self._operations.pop(control.operation_id, None)
        self._overdue[control.operation_id] = operation
        if len(self._overdue) > MAX_OVERDUE:
            del self._overdue[next(iter(self._overdue))]
        return told

    async def ask(self, query: Query, seconds: float) -> Answer:
        """Ask, and wait at most `seconds`; a problem in the answer says why there is none."""
        numbered = Query(f"{next(self._numbers)}", query.subject, query.node)
        question: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._questions[numbered.request_id] = question
        if self.post(numbered):
            await asyncio.wait([question], timeout=seconds)
        self._questions.pop(numbered.request_id, None)
        if not question.done():
            problem = Problem("timeout", "The probe did not answer in time")
            return Answer(query.request_id, problem=problem)
        answer = question.result()
        return msgspec.structs.replace(answer, request_id=query.request_id)

    def watch(self, watcher: Callable[[Activity], None]) -> Callable[[], None]:
        """Have `watcher` called with what happens on the host; the result ends that. The probe
        looks only while somebody watches."""
        self._watchers.append(watcher)
        self.post(Watch(True))  # to each the first one is complete

        def stop() -> None:
            self._watchers.remove(watcher)
            if not self._watchers:
                self.post(Watch(False))

        return stop

    def take_activity(self, activity: Activity) -> None:
        for watcher in self._watchers:
            watcher(activity)

    def abandon(self) -> None:
        """The tunnel is gone: everything in flight ends now, as unknown, unless told so already."""
        self._overdue.clear()
        self.streams.abandon()
        operations, self._operations = self._operations, {}
        for operation_id, operation in operations.items():
            operation.settle(unknown(operation_id, "The connection to the probe was lost."))
        questions, self._questions = self._questions, {}
        for question in questions.values():
            if not question.done():
                problem = Problem("offline", "The connection to the probe was lost")
                question.set_result(Answer("", problem=problem))

    def _check_epoch(self, epoch: str) -> None:
        if epoch != self.hello.epoch:
            raise TunnelEnded(4400, "a frame of another start of the probe")


def unknown(operation_id: str, why: str) -> Outcome:
    """Whether it was done cannot be told."""
    detail = f"{why} Whether the action was carried out is not known: look at the container."
    return Outcome(operation_id, "failed", Problem("unknown", "Outcome unknown", detail))


def offline(operation_id: str) -> Outcome:
    """It was not sent to any probe."""
    detail = (
        "The probe of this container's host has no tunnel to this API now; nothing was done."
        " Check that promscope-exporter runs there with --api.url and the tunnel's secret."
    )
    return Outcome(operation_id, "failed", Problem("offline", "Probe offline", detail))
