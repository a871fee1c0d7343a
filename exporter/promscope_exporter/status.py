"""What the probe knows about itself: capabilities, lost events, tunnels, dropped series,
answered requests."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping

from promscope_wire.capabilities import lost

log = logging.getLogger(__name__)


class Status:
    """Thread-safe; the `self` collector exposes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._capabilities: dict[str, bool] = {}
        self._tunnels: dict[str, bool] = {}
        self._events_lost: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._answers: Counter[str] = Counter()

    def capability(self, name: str, available: bool, cause: str = "") -> None:
        """Tell that the probe can (or cannot) use a source; a change is logged once, a loss
        with what it costs, the remedy and its `cause`."""
        with self._lock:
            before = self._capabilities.get(name)
            self._capabilities[name] = available
        if not available and before is not False:
            because = f" ({cause})" if cause else ""
            log.warning("without %s: %s%s", name, lost(name), because, extra={"capability": name})
        elif available and before is False:
            log.info("%s is available again", name, extra={"capability": name})

    def events_lost(self, source: str) -> None:
        """Tell that the event stream `source` overran (or broke) and is followed by a resync."""
        with self._lock:
            self._events_lost[source] += 1

    def tunnel(self, api: str, connected: bool) -> None:
        """Tell whether the tunnel to `api` is up."""
        with self._lock:
            self._tunnels[api] = connected

    def dropped(self, reason: str, count: int = 1) -> None:
        """Tell that a budget left out or folded `count` series."""
        with self._lock:
            self._dropped[reason] += count

    def answered(self, code: int) -> None:
        """Tell that an HTTP request got this status."""
        with self._lock:
            self._answers[str(code)] += 1

    def capabilities(self) -> Mapping[str, bool]:
        with self._lock:
            return dict(self._capabilities)

    def tunnels(self) -> Mapping[str, bool]:
        with self._lock:
            return dict(self._tunnels)

    def events_lost_total(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._events_lost)

    def answers_total(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._answers)

    def dropped_total(self) -> Mapping[str, int]:
        with self._lock:
            return dict(self._dropped)
