"""A profile of the program itself, on request: where its CPU time goes, what its memory holds."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

MAX_SECONDS = 120
#: How often stacks are looked at.
SAMPLE_SECONDS = 0.01
_TOP = 40
_TASKS = Path("/proc/self/task")
_PACKAGES = str(Path(__file__).parents[1])


class Busy(Exception):
    """Another profile is being made."""


class Profiler:
    """One profile at a time. Costs nothing while none is asked for."""

    def __init__(self) -> None:
        self.running = False

    async def profile(self, kind: str, seconds: float) -> str:
        """`cpu`: folded stacks (`thread;caller;callee microseconds` per line) as flame graph
        programs read them, of what the threads used within `seconds`. `memory`: a summary of
        what is held, and the lines whose allocations of these seconds are still held at their
        end. Raises Busy.
        """
        if self.running:
            raise Busy("another profile is being made; try again when it is done")
        self.running = True
        # the program does not end before its threads do
        end = threading.Event()
        try:
            return await asyncio.to_thread(_cpu if kind == "cpu" else _memory, seconds, end)
        finally:
            end.set()
            self.running = False


def _cpu(seconds: float, end: threading.Event) -> str:
    own = threading.get_ident()
    stacks: Counter[str] = Counter()
    used: dict[int, int] = {}
    until = time.monotonic() + seconds
    while True:
        frames = sys._current_frames()  # noqa: SLF001 - the documented way to see other threads
        for thread in threading.enumerate():
            frame = frames.get(thread.ident or 0)
            if frame is None or thread.ident == own or thread.native_id is None:
                continue
            now = _nanoseconds(thread.native_id)
            spent = now - used.get(thread.native_id, now)
            used[thread.native_id] = now
            if spent:
                stacks[f"{thread.name};{_stack(frame)}"] += spent
        if time.monotonic() >= until or end.wait(SAMPLE_SECONDS):
            break
    return "".join(f"{stack} {spent // 1000}\n" for stack, spent in stacks.most_common())


def _nanoseconds(thread: int) -> int:
    """CPU time of a thread, all of it (Documentation/scheduler/sched-stats.rst); without such
    files one per call, so that samples are counted instead."""
    try:
        return int((_TASKS / str(thread) / "schedstat").read_bytes().split()[0])
    except (OSError, ValueError, IndexError):
        return time.monotonic_ns()


def _stack(frame: FrameType | None) -> str:
    names = []
    while frame is not None:
        code = frame.f_code
        names.append(f"{_place(code.co_filename)}:{code.co_name}")
        frame = frame.f_back
    return ";".join(reversed(names))


def _memory(seconds: float, end: threading.Event) -> str:
    import gc  # noqa: PLC0415 - with tracemalloc, memory that only a profile pays
    import tracemalloc  # noqa: PLC0415

    tracemalloc.start(12)
    try:
        end.wait(seconds)
        kinds = Counter(type(one).__qualname__ for one in gc.get_objects())
        snapshot = tracemalloc.take_snapshot()
        traced, _ = tracemalloc.get_traced_memory()
        own = tracemalloc.get_tracemalloc_memory()
    finally:
        tracemalloc.stop()
    lines = [f"resident bytes: {_resident()} (tracing itself: {own})"]
    lines.append(f"allocated within {seconds:g} s and still held: {traced} bytes, by line:")
    lines.extend(
        f"  {one.size:>10} bytes {one.count:>7} × {_place(one.traceback[0].filename)}:"
        f"{one.traceback[0].lineno}"
        for one in snapshot.statistics("lineno")[:_TOP]
    )
    lines.append("objects known to the garbage collector, by type:")
    lines.extend(f"  {count:>7} × {name}" for name, count in kinds.most_common(_TOP))
    return "\n".join(lines) + "\n"


def _resident() -> str:
    try:
        fields = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return "not known here"
    return next((one.split(":")[1].strip() for one in fields if one.startswith("VmRSS")), "")


def _place(path: str) -> str:
    return path.removeprefix(_PACKAGES).lstrip("/")
