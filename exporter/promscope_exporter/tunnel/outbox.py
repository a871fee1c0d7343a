"""What one API is yet to be told, in bounded memory: a slow API loses changes, never the truth.

When changes pile up they are dropped and the full inventory is sent instead, which says all
that they said.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence

import msgspec

from promscope_exporter.activity import EdgeId, identity
from promscope_wire.frames import (
    MAX_FRAME_BYTES,
    Activity,
    Answer,
    Change,
    EdgeState,
    Inventory,
    Outcome,
    Problem,
    ProcessEvent,
    encode,
)
from promscope_wire.streams import Credit, End, Opened

MAX_CHANGES = 256
MAX_OUTCOMES = 256
MAX_ANSWERS = 4
#: Messages with bytes of streams, of all of them together: a slow API holds the streams up.
MAX_DATA_MESSAGES = 16
#: Events of edges or of processes that wait; above it those of processes are lost, and all open
#: edges are told anew.
MAX_EVENTS = 1000


class Outbox:
    """`change` may be called from any thread, the rest in the event loop it was made in.

    It begins with the full inventory, taken at the moment it is sent.
    """

    def __init__(
        self,
        snapshot: Callable[[], Inventory],
        open_edges: Callable[[], tuple[EdgeState, ...]] = tuple,
        overran: Callable[[], None] = lambda: None,
    ) -> None:
        """`overran` is called whenever what waited was dropped, from any thread."""
        self._snapshot = snapshot
        self._open_edges = open_edges
        self._overran = overran
        self._edges: dict[EdgeId, EdgeState] = {}
        self._processes: list[ProcessEvent] = []
        self._lost = 0
        self._complete = False
        self._epoch = ""
        self._loop = asyncio.get_running_loop()
        self._filled = asyncio.Event()
        self._filled.set()
        self._mutex = threading.Lock()
        self._changes: deque[Change] = deque()
        self._resync = True
        self._sent = -1
        self._outcomes: deque[Outcome] = deque(maxlen=MAX_OUTCOMES)
        self._answers: deque[Answer] = deque(maxlen=MAX_ANSWERS)
        self._of_streams: deque[bytes | str] = deque()
        self._room = asyncio.Semaphore(MAX_DATA_MESSAGES)

    def change(self, change: Change) -> None:
        """Tell a change as soon as may be."""
        with self._mutex:
            if self._resync:
                return
            if len(self._changes) >= MAX_CHANGES:
                self._changes.clear()
                self._resync = True
                self._overran()
            else:
                self._changes.append(change)
        self._loop.call_soon_threadsafe(self._filled.set)

    def activity(
        self, edges: Sequence[EdgeState], processes: Sequence[ProcessEvent], lost: int
    ) -> None:
        """Tell what happened as soon as may be; what waits becomes one message."""
        with self._mutex:
            self._lost += lost
            self._complete |= bool(lost)
            self._edges.update((identity(edge), edge) for edge in edges)
            if len(self._edges) > MAX_EVENTS:
                self._complete = True
                self._edges.clear()
                self._overran()
            room = MAX_EVENTS - len(self._processes)
            self._processes += processes[:room]
            self._lost += max(0, len(processes) - room)
        self._loop.call_soon_threadsafe(self._filled.set)

    def all_activity(self) -> None:
        """Begin with all edges that are open."""
        with self._mutex:
            self._complete = True
        self._filled.set()

    def outcome(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._filled.set()

    def answer(self, answer: Answer) -> None:
        self._answers.append(answer)
        self._filled.set()

    async def stream(self, message: bytes | Credit) -> None:
        """Send bytes of a stream, or credit; waits while there is no room for more bytes."""
        if isinstance(message, bytes):
            await self._room.acquire()
        self._of_streams.append(message if isinstance(message, bytes) else encode(message))
        self._filled.set()

    def of_stream(self, frame: Opened | End) -> None:
        """The first or last word on a stream; comes after its bytes."""
        self._of_streams.append(encode(frame))
        self._filled.set()

    async def next(self, seconds: float) -> bytes | str | None:
        """The next message to send; None: there was none for `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = self._take()
                    if message is not None:
                        return message
                    await self._filled.wait()
        except TimeoutError:
            return None

    def _take(self) -> bytes | str | None:
        self._filled.clear()
        if self._outcomes:
            self._filled.set()
            return encode(self._outcomes.popleft())
        state = self._take_state()
        if state is None and self._answers:
            state = _fit_answer(self._answers.popleft())
        if state is None:
            state = self._take_activity()
        if state is None and self._of_streams:
            message = self._of_streams.popleft()
            if isinstance(message, bytes):
                self._room.release()
            self._filled.set()
            return message
        if state is not None:
            self._filled.set()
        return state

    def _take_state(self) -> str | None:
        with self._mutex:
            if not self._resync:
                while self._changes:
                    change = self._changes.popleft()
                    if change.sequence > self._sent + 1:
                        # Told out of order by two threads, or lost: the inventory has both.
                        self._changes.clear()
                        self._resync = True
                        break
                    if change.sequence == self._sent + 1:
                        self._sent = change.sequence
                        return encode(change)
            if not self._resync:
                return None
            # From here on changes are kept again; those the snapshot has are left out above.
            self._resync = False
        inventory = self._snapshot()
        self._sent = inventory.sequence
        self._epoch = inventory.epoch
        return _fit_inventory(inventory)

    def _take_activity(self) -> str | None:
        with self._mutex:
            complete, lost = self._complete, self._lost
            processes, self._processes = tuple(self._processes), []
            edges, self._edges = tuple(self._edges.values()), {}
            self._complete, self._lost = False, 0
        if complete:
            edges = self._open_edges()
        elif not (edges or processes or lost):
            return None
        return encode(Activity(self._epoch, edges, processes, complete, lost))


def _fit_inventory(inventory: Inventory) -> str:
    """The message; without labels and environment where it would be over the limit."""
    message = encode(inventory)
    if len(message) <= MAX_FRAME_BYTES:
        return message
    bare = [
        msgspec.structs.replace(record, labels={}, annotations={}, environment={}, mounts=())
        for record in inventory.containers
    ]
    return encode(Inventory(inventory.epoch, inventory.sequence, tuple(bare)))


def _fit_answer(answer: Answer) -> str:
    """The message; with only as many items as the limit leaves room for, and nothing of an
    inspection that is over it."""
    message = encode(answer)
    while len(message) > MAX_FRAME_BYTES:
        if answer.inspection:
            problem = Problem("engine", "Too large", "The engine's description is over 8 MiB.")
            return encode(Answer(answer.request_id, problem=problem))
        answer = msgspec.structs.replace(
            answer,
            processes=answer.processes[: len(answer.processes) // 2],
            connections=answer.connections[: len(answer.connections) // 2],
            truncated=True,
        )
        message = encode(answer)
    return message
