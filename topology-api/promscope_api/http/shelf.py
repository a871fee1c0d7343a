"""The last body of each view that was asked for: given out while the graph makes the next one.

After a round the graph computes a view again when somebody looks. Who looks first does not wait for
that: they get the map of a moment ago, as if they had asked then.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from threading import Lock

from promscope_api.graph.channel import Reply
from promscope_api.graph.coding import Encoding
from promscope_api.graph.topic import Topic
from promscope_api.live.graph_link import GraphLink

#: How long the graph has for the newest body before the last one is given out.
PATIENCE_SECONDS = 0.03
#: A body that was current longer ago than this is waited for.
FRESH_SECONDS = 30.0
KEPT = 32


class Shelf:
    """Thread-safe."""

    def __init__(self, link: GraphLink, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._clock = clock
        self._lock = Lock()
        self._kept: OrderedDict[tuple[Topic, Encoding], tuple[float, Reply]] = OrderedDict()

    def view(self, topic: Topic, encoding: Encoding = "identity") -> Reply:
        """The view as it is now, or was a moment ago. Raises GraphUnavailable."""
        asked = {"view": topic.view, "query": topic.filter, "sight": topic.sight}
        coming = self._link.begin("view", **asked, encoding=encoding)
        key = (topic, encoding)
        coming.add_done_callback(lambda done: self._put(key, done))
        with self._lock:
            current, kept = self._kept.get(key, (0.0, None))
        if kept is None or self._clock() - current > FRESH_SECONDS:
            return coming.result()
        try:
            return coming.result(PATIENCE_SECONDS)
        except TookTooLong:
            return kept

    def _put(self, key: tuple[Topic, Encoding], done: Future[Reply]) -> None:
        if done.cancelled() or done.exception() is not None:
            return
        reply = done.result()
        if reply.status != 200:
            return
        with self._lock:
            self._kept[key] = (self._clock(), reply)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
