"""Open streams end when what opened them does: a session or token revoked, expired or removed, and
a user of Grafana after 10 minutes (the page then opens it again, with a fresh identity).

The store is asked, so it does not matter which process or replica revoked it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from promscope_api.security.principal import Principal
from promscope_api.store.store import StoreUnavailable

#: Half of what is promised (5 s), so that one slow answer of the store does not break it.
CHECK_SECONDS = 2.0
#: The close code of a stream that ends this way.
CLOSE_CODE = 4401

Alive = Callable[[Collection[str]], set[str]]

log = logging.getLogger(__name__)


class Lifelines:
    """Used in the event loop. `sessions` and `tokens` say which of these ids are still valid."""

    def __init__(
        self, sessions: Alive, tokens: Alive, now: Callable[[], float] = time.time
    ) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._now = now
        self._held: defaultdict[Principal, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def hold(self, principal: Principal) -> Iterator[asyncio.Event]:
        """While a stream is open: the event is set when it must end."""
        ended = asyncio.Event()
        self._held[principal].add(ended)
        try:
            yield ended
        finally:
            self._held[principal].discard(ended)
            if not self._held[principal]:
                del self._held[principal]

    async def watch(self) -> None:
        """Look after the open streams, for ever."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            await self.check()

    async def check(self) -> None:
        """End every stream whose session or token is not valid any more. While the store does
        not answer nothing ends: what is unknown is not revoked."""
        principals = list(self._held)
        try:
            gone = await asyncio.to_thread(self._gone, principals)
        except StoreUnavailable as error:
            log.error("open streams cannot be checked for revoked sessions: %s", error)
            return
        for principal in gone:
            for ended in self._held.get(principal, ()):
                ended.set()

    def _gone(self, principals: Collection[Principal]) -> list[Principal]:
        sessions = {one.session for one in principals if one.session}
        tokens = {one.token for one in principals if one.token}
        alive = self._sessions(sessions) if sessions else set()
        alive |= self._tokens(tokens) if tokens else set()
        now = self._now()
        return [
            one
            for one in principals
            if ((one.session or one.token) and (one.session or one.token) not in alive)
            or (one.until is not None and one.until <= now)
        ]
