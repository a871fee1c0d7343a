"""How often something may be tried: a token bucket per key, in bounded memory."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_KEYS = 4096


class Limiter:
    """`burst` tries at once, then one more per `period_seconds`, for each key. Thread-safe."""

    def __init__(
        self,
        burst: int,
        period_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = float(burst)
        self._period = period_seconds
        self._monotonic = monotonic
        self._mutex = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allow(self, key: str) -> bool:
        """Take one try of `key`, if there is one left."""
        with self._mutex:
            tokens, now = self._tokens(key)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
            self._buckets.move_to_end(key)
            if len(self._buckets) > MAX_KEYS:
                self._buckets.popitem(last=False)
            return allowed

    def wait_seconds(self, key: str) -> int:
        """Whole seconds until `key` has a try; 0: now."""
        with self._mutex:
            tokens, _ = self._tokens(key)
        return max(0, math.ceil((1 - tokens) * self._period))

    def _tokens(self, key: str) -> tuple[float, float]:
        now = self._monotonic()
        tokens, at = self._buckets.get(key, (self._burst, now))
        return min(self._burst, tokens + (now - at) / self._period), now


def peer_key(peer: str) -> str:
    """One key per address; for IPv6 per /64, which is what one user has."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv4Address):
        return peer
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
