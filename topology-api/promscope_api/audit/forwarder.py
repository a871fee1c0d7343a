"""Passes the audit log on to a sink, in a thread of its own: no action waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Protocol

from promscope_api.audit.outbox import Outbox

#: How often the files are looked at, and how long a failing sink is left alone: doubling.
POLL_SECONDS = 1.0
FIRST_BACKOFF_SECONDS, LAST_BACKOFF_SECONDS = 1.0, 60.0
_END_SECONDS = 2.0

log = logging.getLogger(__name__)


class SinkFailed(Exception):
    """The sink has not taken the records; the text says why and the remedy."""


class Sink(Protocol):
    """Where records go."""

    name: str

    def send(self, records: Sequence[bytes]) -> None:
        """Return once it has them all. Raises SinkFailed."""


class Forwarder:
    """`start` it once; `close` leaves what was not sent for the next start."""

    def __init__(self, outbox: Outbox, sink: Sink) -> None:
        self.name = sink.name
        #: What is wrong, "" if nothing is.
        self.complaint = ""
        #: Records that the sink has taken since the start.
        self.sent = 0
        self._outbox = outbox
        self._sink = sink
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"audit {self.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Waits for a batch under way, for 2 s at most."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        backoff = FIRST_BACKOFF_SECONDS
        while not self._end.is_set():
            try:
                more = self._pass_on()
            except (SinkFailed, OSError) as error:
                self._say(f"the audit log does not reach {self.name}: {error}")
                self._end.wait(backoff)
                backoff = min(2 * backoff, LAST_BACKOFF_SECONDS)
            else:
                backoff = FIRST_BACKOFF_SECONDS
                if not more:
                    self._end.wait(POLL_SECONDS)

    def _pass_on(self) -> bool:
        """Whether there was anything. Raises SinkFailed, OSError."""
        records = self._outbox.batch()
        if not records:
            return False
        self._sink.send(records)
        self._outbox.sent()
        self.sent += len(records)
        self._say("")
        return True

    def _say(self, complaint: str) -> None:
        """Log a change once."""
        if complaint and complaint != self.complaint:
            log.error("%s", complaint)
        elif self.complaint and not complaint:
            log.info("the audit log reaches %s again", self.name)
        self.complaint = complaint
