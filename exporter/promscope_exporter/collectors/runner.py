"""Runs the collectors of one scrape and answers with what they had in time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Mapping
from typing import Any

from promscope_exporter.collectors.registry import Collector, Context, Partial, Registration
from promscope_exporter.collectors.worker import Worker
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import PUNCTUAL, Page
from promscope_exporter.exposition.series import Series, series

#: Seconds one collector, and all of them, may take: below Prometheus' scrape_timeout of 10 s.
COLLECTOR_DEADLINE = 4.0
PASS_DEADLINE = 8.0
#: Where several scrape, each must see the 0 of a newborn series: so much longer it is told, as
#: long as any of the last so many intervals had more than one collection.
SEVERAL = 1.2
_SEVERAL_INTERVALS = 10

log = logging.getLogger(__name__)


class Runner:
    """One collection at a time, in one thread.

    A collector that fails or hangs costs its own samples only: it is logged once and
    `promscope_scrape_collector_success` says 0. A hung one keeps its thread, which is given
    up; it is left out until that thread comes back. Scrapes that arrive while a collection
    runs share the next one.
    """

    def __init__(
        self,
        context: Context,
        registrations: Mapping[str, Registration],
        collector_deadline: float = COLLECTOR_DEADLINE,
        pass_deadline: float = PASS_DEADLINE,
    ) -> None:
        self.names = frozenset(registrations)
        self._context = context
        self._registrations = registrations
        self._deadlines = (collector_deadline, pass_deadline)
        self._made: dict[str, Collector] = {}
        self._hung: dict[str, asyncio.Future[Any]] = {}
        self._failing: set[str] = set()
        self._worker = Worker()
        self._lock = asyncio.Lock()
        self._next: dict[frozenset[str], asyncio.Task[Page]] = {}
        self._success = {name: series(catalogue.COLLECTOR_SUCCESS, name) for name in registrations}
        self._duration = {
            name: series(catalogue.COLLECTOR_DURATION, name) for name in registrations
        }
        self._dropped: dict[str, Series] = {}
        self._last = self._several_until = float("-inf")

    async def collect(self, names: Collection[str] = ()) -> Page:
        """A sealed page of the named collectors (all if none is named).

        Raises KeyError for a name that is not among `names`.
        """
        wanted = frozenset(names) or self.names
        for name in wanted - self.names:
            raise KeyError(name)
        task = self._next.get(wanted)
        if task is None:
            task = self._next[wanted] = asyncio.create_task(self._locked(wanted))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Close every collector that does not hang."""
        async with self._lock:
            for name, collector in self._made.items():
                if name not in self._hung:
                    closing = self._worker.run(collector.close)
                    await asyncio.wait({closing}, timeout=1)
                    if closing.done() and closing.exception():
                        log.warning("closing collector %s failed: %s", name, closing.exception())
            self._worker.end()

    async def _locked(self, names: frozenset[str]) -> Page:
        async with self._lock:
            del self._next[names]
            return await self._collect(names)

    async def _collect(self, names: frozenset[str]) -> Page:
        context = self._context
        started = context.clock.monotonic()
        context.ladder.observe(started, time.process_time())
        page = Page(started, self._interval(started), context.settings.series_limit)
        outcomes: dict[str, tuple[bool, float]] = {}
        for name in self._registrations:
            if name in names:
                begun = context.clock.monotonic()
                left = self._deadlines[1] - (begun - started)
                success = await self._one(name, page, min(self._deadlines[0], left))
                outcomes[name] = (success, context.clock.monotonic() - begun)
        page.lift_limit()
        for name, (success, seconds) in outcomes.items():
            page.write(self._success[name], int(success))
            page.write(self._duration[name], seconds)
        self._write_dropped(page)
        page.seal()
        return page

    def _interval(self, now: float) -> float:
        """How many seconds apart the scrapes of each server are, at most."""
        interval = self._context.settings.scrape_interval
        if now - self._last < interval * PUNCTUAL:
            self._several_until = now + _SEVERAL_INTERVALS * interval
        self._last = now
        return interval * SEVERAL if now < self._several_until else interval

    def _write_dropped(self, page: Page) -> None:
        status = self._context.status
        for reason, count in page.dropped.items():
            status.dropped(reason, count)
        for reason, total in status.dropped_total().items():
            handle = self._dropped.get(reason)
            if handle is None:
                handle = self._dropped[reason] = series(
                    catalogue.SERIES_DROPPED, reason, newborn=True
                )
            page.write(handle, total)

    async def _one(self, name: str, page: Page, seconds: float) -> bool:
        if name in self._hung:
            if not self._hung[name].done():
                return False
            del self._hung[name]
        if seconds <= 0:
            return self._failed(name, "no time was left for it")
        running = self._worker.run(lambda: self._call(name, page))
        await asyncio.wait({running}, timeout=seconds)
        if not running.done():
            running.add_done_callback(_retrieved)
            self._hung[name] = running
            self._worker.end()
            self._worker = Worker()
            return self._failed(name, f"it hangs (no answer in {seconds:.1f} s)")
        error = running.exception()
        if isinstance(error, Partial):
            return self._failed(name, str(error))
        if error is not None:
            return self._failed(name, f"{type(error).__name__}: {error}", error)
        if name in self._failing:
            self._failing.discard(name)
            log.info("collector %s works again", name, extra={"collector": name})
        return True

    def _call(self, name: str, page: Page) -> None:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._registrations[name].factory(self._context)
        made.collect(page)

    def _failed(self, name: str, why: str, error: BaseException | None = None) -> bool:
        if name not in self._failing:
            self._failing.add(name)
            log.error(
                "collector %s did not give all it has: %s",
                name,
                why,
                exc_info=error,
                extra={"collector": name},
            )
        return False


def _retrieved(future: asyncio.Future[Any]) -> None:
    """A hung call came back: nobody waits for it any more."""
    if not future.cancelled():
        future.exception()
