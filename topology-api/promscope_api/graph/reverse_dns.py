"""Names of outside peers by reverse DNS: asked for beside the rounds, never within one.

What a name server answers was written by whoever owns the address: it is shown as text, beside the
address, and names nothing.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from queue import SimpleQueue

_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?", re.ASCII)
THREADS = 2
#: Addresses that are remembered, with a name or without, and for how long.
REMEMBERED = 4096
REMEMBERED_SECONDS = 3600.0
#: Addresses that wait to be asked about; more are asked about in a later round.
MAX_WAITING = 512


def look_up(ip: str) -> str:
    """The name of an address (RFC 1035 section 3.5), "" if it has none. Blocks."""
    try:
        return socket.gethostbyaddr(ip)[0]
    except (OSError, UnicodeError):
        return ""


class ReverseDns:
    """Names that are known so far. Its threads are daemons: a name server that never answers
    holds up nobody, not even the end of the process.
    """

    def __init__(
        self,
        look_up: Callable[[str], str] = look_up,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look_up = look_up
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._wanted: set[str] = set()
        self._queue: SimpleQueue[str] = SimpleQueue()
        for number in range(THREADS):
            threading.Thread(target=self._work, name=f"dns-{number}", daemon=True).start()

    def names(self, ips: Iterable[str]) -> Mapping[str, str]:
        """Address → name of those that are known to have one; the others are asked about soon."""
        now = self._clock()
        found: dict[str, str] = {}
        with self._lock:
            for ip in ips:
                name, until = self._known.get(ip, ("", 0.0))
                if name:
                    found[ip] = name
                if until <= now and ip not in self._wanted and len(self._wanted) < MAX_WAITING:
                    self._wanted.add(ip)
                    self._queue.put(ip)
        return found

    def _work(self) -> None:
        while True:
            ip = self._queue.get()
            name = self._look_up(ip).rstrip(".")
            with self._lock:
                self._wanted.discard(ip)
                good = name if _NAME.fullmatch(name) and name != ip else ""
                self._known[ip] = (good, self._clock() + REMEMBERED_SECONDS)
                self._known.move_to_end(ip)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
