"""The one thread in which collectors run."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any

Job = tuple[Callable[[], Any], asyncio.Future[Any], asyncio.AbstractEventLoop]


class Worker:
    """A daemon thread that runs calls one after the other.

    Not an executor of the standard library: those wait for their threads when the program
    ends, and a thread stuck in a dead filesystem must not keep the probe from ending.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="collector", daemon=True).start()

    def run(self, call: Callable[[], Any]) -> asyncio.Future[Any]:
        """Queue `call`; the future has its result or exception. For use on an event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._jobs.put((call, future, loop))
        return future

    def end(self) -> None:
        """End the thread after the calls it already has."""
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            call, future, loop = job
            result: Any = None
            error: Exception | None = None
            try:
                result = call()
            except Exception as caught:  # noqa: BLE001 - handed to whoever awaits the future
                error = caught
            try:
                loop.call_soon_threadsafe(_settle, future, result, error)
            except RuntimeError:
                return  # the loop is closed: the program ends


def _settle(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
